/// The part of the Admin API that the sandbox serves, by hand, version by version.
///
/// What a real shop has beyond it (orders, transactions, introspection) does not exist here: asking for it is an error.
enum ServedTypes {
    typealias Table = [String: TypeDefinition]

    static func table(for version: APIVersion) -> Table {
        var table: Table = [:]
        for name in ["ID", "String", "Int", "Float", "Boolean", "Decimal", "DateTime", "Date", "URL", "UnsignedInt64"] {
            table[name] = .scalar
        }
        addShop(to: &table)
        addGiftCards(to: &table, version)
        addBulk(to: &table)
        addRoots(to: &table)
        return table
    }

    static func object(
        _ fields: KeyValuePairs<String, String>,
        interfaces: [String] = []
    ) -> TypeDefinition {
        .object(fields: definitions(fields), interfaces: interfaces)
    }

    static func definitions(_ fields: KeyValuePairs<String, String>) -> [String: FieldDefinition] {
        Dictionary(uniqueKeysWithValues: fields.map { ($0.key, FieldDefinition(type: TypeReference($0.value))) })
    }

    static func input(_ fields: KeyValuePairs<String, String>) -> TypeDefinition {
        .input(fields.map { InputDefinition(name: $0.key, type: TypeReference($0.value)) })
    }

    static func arguments(
        _ arguments: KeyValuePairs<String, String>,
        defaults: [String: JSON] = [:]
    ) -> [InputDefinition] {
        arguments.map {
            InputDefinition(name: $0.key, type: TypeReference($0.value), defaultValue: defaults[$0.key])
        }
    }

    private static func addShop(to table: inout Table) {
        table["Node"] = .interface(fields: definitions(["id": "ID!"]))
        table["DisplayableError"] = .interface(fields: definitions(["field": "[String!]", "message": "String!"]))
        table["UserError"] = object(
            ["field": "[String!]", "message": "String!"],
            interfaces: ["DisplayableError"]
        )
        table["PageInfo"] = object([
            "startCursor": "String", "endCursor": "String", "hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!",
        ])
        table["MoneyV2"] = object(["amount": "Decimal!", "currencyCode": "CurrencyCode!"])
        table["MoneyInput"] = input(["amount": "Decimal!", "currencyCode": "CurrencyCode!"])
        table["CurrencyCode"] = .enumeration(currencies)
        table["Count"] = object(["count": "Int!", "precision": "CountPrecision!"])
        table["CountPrecision"] = .enumeration(["EXACT", "AT_LEAST"])
        table["ShopPlan"] = object([
            "displayName": "String!", "publicDisplayName": "String!", "partnerDevelopment": "Boolean!",
            "shopifyPlus": "Boolean!",
        ])
        table["Shop"] = object(
            [
                "id": "ID!", "name": "String!", "myshopifyDomain": "String!", "currencyCode": "CurrencyCode!",
                "plan": "ShopPlan!", "email": "String!", "contactEmail": "String!", "ianaTimezone": "String!",
                "timezoneAbbreviation": "String!", "timezoneOffset": "String!", "timezoneOffsetMinutes": "Int!",
                "url": "URL!", "createdAt": "DateTime!", "updatedAt": "DateTime!",
                "enabledPresentmentCurrencies": "[CurrencyCode!]!", "description": "String", "shopOwnerName": "String!",
                "setupRequired": "Boolean!", "taxesIncluded": "Boolean!", "taxShipping": "Boolean!",
                "checkoutApiSupported": "Boolean!",
            ],
            interfaces: ["Node"]
        )
        table["AccessScope"] = object(["handle": "String!", "description": "String!"])
        table["App"] = object(
            ["id": "ID!", "title": "String!", "handle": "String", "apiKey": "String!"],
            interfaces: ["Node"]
        )
        table["AppInstallation"] = object(
            [
                "id": "ID!", "accessScopes": "[AccessScope!]!", "app": "App!", "launchUrl": "URL!",
                "uninstallUrl": "URL",
            ],
            interfaces: ["Node"]
        )
    }

    static let currencies =
        ("AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
        + "CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL "
        + "HTG HUF IDR ILS INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD "
        + "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG "
        + "QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
        + "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW LTL LVL VED VEF STD KID BYR HRK")
        .split(separator: " ").map(String.init)
}
