#!/usr/bin/python3
"""Walks the console with a real browser: logs in, drops a sample, watches it finish, finds a card by its last four, runs it again with a reason, refuses a held run, looks at every page in both themes
and three widths, and lets axe-core look for accessibility violations.

Usage: walk.py BINARY REPOSITORY [FOLDER FOR SCREENSHOTS]
Needs chromium, chromium-driver and python3-selenium. axe-core comes from the package axe-core-python on PyPI, for the test alone, by a digest that is
known here. Starts a sandbox and 'dropline serve' of its own, in a folder of its own, and ends them.
"""
import hashlib, pathlib, re, signal, socket, subprocess, sys, tempfile, time, urllib.request, zipfile

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

AXE = ("axe-core-python==0.1.0", "f99f6bd674726c631c5e20b876983b44dff2b8f452a0ccf08f3c23ee45d0aac3")
PASSWORD = "correct horse battery"

def start(*command, cwd, expect):
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    line = process.stdout.readline()
    found = re.search(expect, line)
    if not found:
        process.kill()
        sys.exit(f"{command}: {line!r}")
    return process, found[1]

def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]

def serve(binary, settings, address):
    process = subprocess.Popen([binary, "serve", "--quiet", "--config", settings])
    for _ in range(300):
        try:
            urllib.request.urlopen(address + "/healthz").read()
            return process
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    sys.exit("the service does not answer")

def axe_source(folder):
    for python in ("python3", sys.executable):
        if subprocess.run([python, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, AXE[0]]).returncode == 0:
            break
    else:
        sys.exit(f"{AXE[0]} can't be had from PyPI")
    wheel = next(pathlib.Path(folder).glob("axe_core_python*.whl"))
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != AXE[1]:
        sys.exit(f"{wheel.name} is not the one that is known")
    return zipfile.ZipFile(wheel).read("axe_core_python/axe.min.js").decode()

class Walk:
    def __init__(self, address, axe, pictures):
        self.address, self.axe, self.pictures, self.faults = address, axe, pictures, []
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.browser.set_page_load_timeout(120)

    def open(self, path):
        self.browser.get(self.address + path)

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self):
        return self.find("main").text

    def until(self, condition, what, seconds=120):
        # What is looked at may be on its way out, while the next page comes.
        passing = [NoSuchElementException, StaleElementReferenceException]
        WebDriverWait(self.browser, seconds, 0.2, passing).until(lambda _: condition(), what)

    def until_text(self, words):
        self.until(lambda: words in self.text(), f"'{words}' on {self.browser.current_url}")

    def expect(self, holds, what):
        if not holds:
            self.faults.append(what)
            print("FAULT", what)

    def theme(self, name):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def width(self, width, height=900):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def look(self, name):
        """The page as it is, in both themes and three widths."""
        for theme in ("light", "dark"):
            self.theme(theme)
            self.width(1280)
            self.check(f"{name} {theme}")
            self.picture(f"{name}-{theme}")
        for width in (320, 3840):
            self.width(width, 800 if width == 320 else 2160)
            wide = self.browser.execute_script("return document.documentElement.scrollWidth")
            self.expect(wide <= width, f"{name}: {wide} pixels wide at {width}")
            self.theme("light" if width == 320 else "dark")
            self.check(f"{name} at {width}")
            self.picture(f"{name}-{width}")
        self.theme("light")
        self.width(1280)

    def check(self, name):
        self.browser.execute_script(self.axe)
        found = self.browser.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']})"
            ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 200) + ' ' + (n.any[0] || {}).message).join(' | '))))"
            ".catch(e => done(['axe: ' + e]));"
        )
        for violation in found:
            self.expect(False, f"{name}: {violation}")

    def picture(self, name):
        if self.pictures:
            height = min(2400, self.browser.execute_script("return document.documentElement.scrollHeight"))
            size = self.browser.execute_script("return window.innerWidth")
            self.width(size, max(600, height))
            self.browser.save_screenshot(f"{self.pictures}/{name}.png")

    def complaints(self):
        for entry in self.browser.get_log("browser"):
            if entry["level"] in ("SEVERE", "WARNING") and "favicon" not in entry["message"] and "status of 4" not in entry["message"]:
                self.expect(False, f"the browser complains: {entry['message']}")

    def walk(self, sample, above_limit):
        self.width(1280)
        self.open("/")
        self.expect("/login" in self.browser.current_url, "a stranger is led to the login")
        self.look("login")
        self.find("#name").send_keys("ada")
        self.find("#password").send_keys("wrong password" + Keys.ENTER)
        self.until_text("don't fit together")
        self.find("#name").send_keys("ada")
        self.find("#password").send_keys(PASSWORD + Keys.ENTER)
        self.until_text("local-gift-cards")

        # A sample: first looked at, then run, and watched to its end.
        self.find("article h2 a").click()
        self.until_text("Dry run")
        self.look("pipeline")
        self.find("#file").send_keys(str(sample))
        self.find(".drop button").click()
        self.until_text("Run it?")
        self.look("dry-run")
        self.find("#reason").send_keys("a sample, by a browser")
        self.find("form[action$='/take'] button").click()
        self.until(lambda: "/runs/" in self.browser.current_url, "the run's page")
        self.until(lambda: self.find(".lead").text.startswith("done"), "the run at its end, without a reload by hand")
        self.look("run")
        run = self.browser.current_url.rsplit("/", 1)[1]
        card = re.search(r"…(\S{4})", self.text())
        self.expect(card is not None, "a masked card on the run's page")
        self.expect(not re.search(r"\b[a-z0-9]{16}\b", self.find("main").text.replace("sha256", "").split("SHA-256")[0]), "no whole code on the page")

        # The card's last four lead to its row, and back.
        self.find("header input[type=search]").send_keys((card[1] if card else "") + Keys.ENTER)
        self.until(lambda: "/search" in self.browser.current_url, "the search")
        self.look("search")
        self.find("main td a").click()
        self.until_text("Its way")
        self.look("line")
        self.find("h1 a").click()
        self.until(lambda: self.browser.current_url.endswith(f"/runs/{run}"), "back at the run")

        # The run again, with a reason: what is active is found active, and the run ends as before.
        self.find("form[action$='/rerun']").find_element(By.XPATH, "..").find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
        self.find("#rerun-reason").send_keys("seen by a browser" + Keys.ENTER)
        self.until(lambda: "runs-again" in self.text() and self.find(".lead").text.startswith("done"), "the run at its end again")

        # A file above a limit is held, and refused with a reason; it ends by itself, and nothing of it is sent.
        self.open("/pipelines/local-gift-cards")
        self.find("#file").send_keys(str(above_limit))
        self.find(".drop button").click()
        self.until_text("approves or refuses it")
        self.find("#reason").send_keys("a value that is too high")
        self.find("form[action$='/take'] button").click()
        self.until(lambda: "/runs/" in self.browser.current_url, "the held run's page")
        self.until(lambda: self.find(".lead").text.startswith("held"), "the run that is held")
        # The buttons come with the page, not with what is renewed in it.
        self.open("/" + self.browser.current_url.split("/", 3)[3])
        self.expect(self.find("#approve-reason") is not None, "a held run can be approved too")
        self.look("held")
        self.find("#refuse-reason").send_keys("typed ten times too high" + Keys.ENTER)
        self.until_text("None of it is sent")
        self.until(lambda: self.find(".lead").text.startswith("done"), "the refused run at its end")
        self.until_text("refused by ada: typed ten times too high")
        self.look("refused")

        # Pause and resume, with reasons, by the keyboard alone.
        self.open("/pipelines/local-gift-cards")
        self.find("summary").send_keys(Keys.ENTER)
        self.find("#pause-reason").send_keys("a walk" + Keys.ENTER)
        self.until_text("is paused")
        self.look("paused")
        self.find("#resume-reason").send_keys("the walk goes on" + Keys.ENTER)
        self.until_text("goes on")
        self.open("/")
        self.look("overview")
        self.open("/runs?state=done")
        self.until_text("local-gift-cards")
        self.look("runs")
        self.open("/audit")
        text = self.text()
        for words in ("a sample, by a browser", "seen by a browser", "typed ten times too high", "a walk", "the walk goes on", "ada"):
            self.expect(words in text, f"the audit page tells '{words}'")
        self.look("audit")

        # Times are the reader's; the server's stay on hover.
        self.browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
        self.open(f"/runs/{run}")
        shown = self.browser.execute_script(
            "const t = document.querySelector('time'); return [t.textContent, t.dateTime, t.title]"
        )
        hour = (int(shown[1][11:13]) + 9) % 24
        self.expect(shown[0][11:13] == f"{hour:02}", f"times in the reader's zone: {shown}")
        self.expect("server" in shown[2], f"the server's time on hover: {shown}")
        self.complaints()
        self.find("form[action='/logout'] button").click()
        self.until(lambda: "/login" in self.browser.current_url, "logged out")

    def walk_without_scripts(self, sample):
        """Everything works without JavaScript too."""
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.open("/login")
        self.find("#name").send_keys("ada")
        self.find("#password").send_keys(PASSWORD + Keys.ENTER)
        self.until_text("local-gift-cards")
        self.open("/pipelines/local-gift-cards")
        self.find("#file").send_keys(str(sample))
        self.find(".drop button").click()
        self.until_text("Run it?")

def main():
    binary, repository = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3])
    pictures = sys.argv[3] if len(sys.argv) > 3 else None
    samples = sorted(pathlib.Path(repository, "samples/gift-card-fulfillment").glob("Mon Mar 16 2026 09:*.csv"))
    with tempfile.TemporaryDirectory() as folder:
        axe = axe_source(folder)
        place = folder + "/drops"
        subprocess.run([binary, "init", place], check=True, stdout=subprocess.DEVNULL)
        secret = pathlib.Path(place, "secrets/password")
        secret.parent.mkdir(exist_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD)
        hashed = subprocess.run([binary, "password", "--passphrase-file", str(secret)], check=True, capture_output=True, text=True).stdout.strip()
        sandbox, port = start(binary, "sandbox", "--port", "0", cwd=folder, expect=r"127\.0\.0\.1:(\d+)")
        service = None
        try:
            settings = pathlib.Path(place, "dropline.yaml")
            text = re.sub(r"http://127\.0\.0\.1:\d+", f"http://127.0.0.1:{port}", settings.read_text())
            own = free_port()
            settings.write_text(text + f'web: {{ port: {own}, users: [{{ name: ada, role: act, password: "{hashed}" }}] }}\n')
            address = f"http://127.0.0.1:{own}"
            service = serve(binary, str(settings), address)
            walk = Walk(address, axe, pictures)
            try:
                above_limit = pathlib.Path(folder, "above-GiftCardFulfillment.csv")
                above_limit.write_text("giftCardNumber,price\ngdw1a2b3c4d5e6f7,750\n")
                walk.walk(samples[1], above_limit)
                walk.walk_without_scripts(samples[0])
            finally:
                if pictures:
                    walk.browser.save_screenshot(f"{pictures}/last.png")
                walk.browser.quit()
        finally:
            for process in (service, sandbox):
                if process:
                    process.send_signal(signal.SIGTERM)
                    process.wait(20)
    if walk.faults:
        sys.exit(f"{len(walk.faults)} faults")
    print("the browser's walk is without a fault")

main()
