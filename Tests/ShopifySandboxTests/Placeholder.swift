import AsyncHTTPClient
import CustomDump
import Testing
