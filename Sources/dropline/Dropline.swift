@main struct Dropline { static func main() {} }
