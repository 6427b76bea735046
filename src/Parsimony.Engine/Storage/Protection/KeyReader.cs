namespace Parsimony.Engine;

/// <summary>Reads keys from texts and files, and collects what is wrong with them. No fault repeats a key.</summary>
internal sealed class KeyReader
{
    private readonly List<string> _faults = [];

    /// <summary>A key from a text, or from the file another name holds.</summary>
    internal ProtectionKey? One(string name, string? text, string fileName, string? file)
    {
        var (isText, isFile) = (!string.IsNullOrWhiteSpace(text), !string.IsNullOrWhiteSpace(file));
        if (isText && isFile)
        {
            _faults.Add($"{fileName}: {name} is set, too; set one of them.");
            return null;
        }

        return isText ? Read(name, text ?? "") : isFile && Load(fileName, file ?? "") is { } content ? Read(fileName, content) : null;
    }

    /// <summary>Keys separated by commas, space or line ends.</summary>
    internal List<ProtectionKey> Many(string name, string? text, string fileName, string? file)
    {
        var keys = Split(name, text);
        if (!string.IsNullOrWhiteSpace(file))
        {
            keys.AddRange(Split(fileName, Load(fileName, file)));
        }

        return keys;
    }

    internal IReadOnlyList<string> Faults => _faults;

    internal void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new ConfigurationException(_faults);
        }
    }

    private List<ProtectionKey> Split(string name, string? text) =>
        [.. (text ?? "").Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(part => Read(name, part)).OfType<ProtectionKey>()];

    private ProtectionKey? Read(string name, string text)
    {
        try
        {
            return ProtectionKey.Parse(text);
        }
        catch (FormatException exception)
        {
            _faults.Add($"{name}: {exception.Message}");
            return null;
        }
    }

    private string? Load(string name, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _faults.Add($"{name}: the file {path} cannot be read ({e.GetType().Name}); check its path and permissions.");
            return null;
        }
    }
}
