import Sealing

/// A place where Shopify takes one file, with the form that must go along.
///
/// The form's fields sign the upload: whoever has them can upload in the app's name.
public struct StagedTarget: Sendable {
    /// One field of the form.
    struct Parameter: Sendable, Equatable {
        let name: String
        let value: Secret
    }

    let url: Secret
    /// In the order in which Shopify gave them, which is the order in which they are sent.
    let parameters: [Parameter]
    /// The name under which the file is sent.
    let fileName: String
    /// The length that was announced.
    let size: Int

    /// What `runBulkMutation` calls the file: the value of the parameter `key`.
    public let path: String
}
