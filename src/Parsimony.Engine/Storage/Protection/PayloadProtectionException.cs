namespace Parsimony.Engine;

/// <summary>A protected payload cannot be opened: its key is not there, or it was changed. The request it belongs to is kept as it is.</summary>
public sealed class PayloadProtectionException : Exception
{
    private PayloadProtectionException(string message, string keyId)
        : base(message) => KeyId = keyId;

    /// <summary>The key it was protected with.</summary>
    public string KeyId { get; }

    internal static PayloadProtectionException Missing(string keyId) => new(
        $"A payload is protected with key {keyId}, which this process was not given. Set {PayloadProtection.KeyVariable} or, for a key that was replaced, "
        + $"{PayloadProtection.OlderKeysVariable} (in a configuration file: protection.key, protection.olderKeys). Nothing is lost.",
        keyId);

    internal static PayloadProtectionException Changed(string keyId) => new(
        $"A payload protected with key {keyId} does not open: its bytes were changed, or moved here from elsewhere. Restore them from a backup.", keyId);
}
