namespace Parsimony.Engine;

/// <summary>The keys payloads are protected with: the current one for what is written, and older ones to read what they protected. Immutable, thread safe.</summary>
public sealed class PayloadProtection
{
    /// <summary>The variable that holds the current key.</summary>
    public const string KeyVariable = "PARSIMONY_PAYLOAD_KEY";

    /// <summary>The variable that names a file with the current key.</summary>
    public const string KeyFileVariable = "PARSIMONY_PAYLOAD_KEY_FILE";

    /// <summary>The variable that holds older keys, separated by commas or space.</summary>
    public const string OlderKeysVariable = "PARSIMONY_OLDER_PAYLOAD_KEYS";

    /// <summary>The variable that names a file with older keys, one to a line.</summary>
    public const string OlderKeysFileVariable = "PARSIMONY_OLDER_PAYLOAD_KEYS_FILE";

    private readonly Dictionary<string, ProtectionKey> _keys = new(StringComparer.Ordinal);

    /// <summary>Keys to work with.</summary>
    /// <param name="current">Protects what is written from now on; null writes it plain.</param>
    /// <param name="older">Open what they protected once.</param>
    public PayloadProtection(ProtectionKey? current, params IEnumerable<ProtectionKey> older)
    {
        ArgumentNullException.ThrowIfNull(older);
        Current = current;
        foreach (var key in current is null ? older : older.Append(current))
        {
            _keys[key.Id] = key;
        }
    }

    /// <summary>The key for what is written; null when it is written plain.</summary>
    public ProtectionKey? Current { get; }

    /// <summary>The ids of all keys, in their order as texts.</summary>
    public IReadOnlyList<string> KeyIds => [.. _keys.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The keys that environment variables name; null when there are none.</summary>
    /// <param name="variable">An environment variable's value; null or empty when it is not set.</param>
    /// <exception cref="ConfigurationException">A key or a key file cannot be read; every fault is listed, none shows a key.</exception>
    public static PayloadProtection? FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var reader = new KeyReader();
        var current = reader.One(KeyVariable, variable(KeyVariable), KeyFileVariable, variable(KeyFileVariable));
        var older = reader.Many(OlderKeysVariable, variable(OlderKeysVariable), OlderKeysFileVariable, variable(OlderKeysFileVariable));
        reader.ThrowIfFaulty();
        return current is null && older.Count == 0 ? null : new PayloadProtection(current, older);
    }

    internal ProtectionKey? Find(string id) => _keys.GetValueOrDefault(id);
}
