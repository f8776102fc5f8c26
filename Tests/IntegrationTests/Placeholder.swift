import CustomDump
import Subprocess
import Testing
