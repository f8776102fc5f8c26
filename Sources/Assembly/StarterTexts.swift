/// What `dropline init` writes, word for word; a test holds the pipeline equal to the one in `pipelines/`.
enum StarterTexts {
    /// `dropline.yaml`, for a sandbox on a port of this machine.
    static func configuration(sandboxPort: Int) -> String {
        """
        # Paths are relative to this file. What is wrong in it, 'dropline check' tells with line and column.
        state: var/dropline.sqlite          # the ledger
        workspace: var/workspace            # sealed files of the runs
        key: file:var/dropline.key          # the master key, made on first use: losing it loses the ledger

        drops:
          local: { type: folder, root: drop }

        shops:
          main:
            url: http://127.0.0.1:\(sandboxPort)      # the sandbox; a shop is https://example.myshopify.com
            token: file:secrets/shopify-token
            api_version: "2026-07"
            currency: USD                   # must be the shop's own

        pipelines: [pipelines/*.yaml]

        """
    }

    /// The token that the sandbox takes.
    static let sandboxToken = "shpat_sandbox\n"

    /// The pipeline that serves the folder.
    static let pipeline = """
        # NetSuite's gift card fulfillment files, dropped into a folder, become active gift cards.
        pipeline: local-gift-cards
        source:
          drop: local
          directory: netsuite/salesorder/giftcard-fulfillment
          match: "*-GiftCardFulfillment.csv"
          settle: 2s                    # size and time unchanged over two looks that far apart
          cut_grace: 15m                # a file without its last line break counts as growing for so long
          archive: archive
          quarantine: error
          order: name-date
        unknown_after: 24h              # a row whose outcome can't be found out for so long needs a person
        limits: { card: 500, file: 20000, day: 50000 }
        stages:
          - activation-feed: { shop: main, code_prefix: shopify-giftcard-, quoting: single-line }
          - bulk-file: { mutation: gift-card-create }
          - bulk-import: { shop: main }
          - reconcile: {}
        deliver:
          - { artifact: activation-feed, drop: local, directory: dropline/local-gift-cards/feed }
          - { artifact: bulk-file, drop: local, directory: dropline/local-gift-cards/bulk }
          - { artifact: results, drop: local, directory: dropline/local-gift-cards/result }
          - { artifact: rejects, drop: local, directory: netsuite/salesorder/giftcard-fulfillment/error }

        """
}
