using System.Globalization;

namespace Parsimony.Engine;

/// <summary>Reads one map of a configuration: typed values by key, faults with place and remedy, unknown keys as warnings.</summary>
internal sealed class MapReader
{
    private readonly ConfigurationNode _node;
    private readonly ConfigurationReport _report;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public MapReader(ConfigurationNode node, string path, ConfigurationReport report)
    {
        _node = node;
        _report = report;
        Path = path;
        if (node.Kind is not (NodeKind.Map or NodeKind.Absent))
        {
            report.Fault(node.Place, path, $"is {node.KindName}; write a map of keys and values.");
        }
    }

    public string Path { get; }

    public string Place => _node.Place;

    public ConfigurationReport Report => _report;

    /// <summary>Whether the key is there with a value.</summary>
    public bool Has(string key) => _node.Members.TryGetValue(key, out var node) && node.Kind != NodeKind.Absent;

    /// <summary>Whether the key's value came from a variable.</summary>
    public bool IsExpanded(string key) => _node.Members.TryGetValue(key, out var node) && node.Kind == NodeKind.Expanded;

    /// <summary>This map with a value from a variable, where the key is not written.</summary>
    public MapReader Or(string key, string? variable, ConfigurationSources sources) =>
        variable is not null && !Has(key) && WrittenOf(key).Length == 0 && sources.Variable(variable)?.Trim() is { Length: > 0 } value
            ? new MapReader(_node.With([KeyValuePair.Create(key, ConfigurationNode.FromVariable(variable, value))]), Path, _report)
            : this;

    public string PlaceOf(string key) => _node.Members.TryGetValue(key, out var node) ? node.Place : _node.Place;

    public string KeyOf(string key) => TreeBuilder.Child(Path, key);

    /// <summary>The value as it is written, for messages; never asked of a secret.</summary>
    public string WrittenOf(string key) => _node.Members.TryGetValue(key, out var node) ? node.Written : "";

    public void Fault(string key, string what) => _report.Fault(PlaceOf(key), KeyOf(key), what);

    public void Warn(string key, string what) => _report.Warn(PlaceOf(key), KeyOf(key), what);

    public string? Text(string key, bool isSecret = false)
    {
        if (Scalar(key, "a text") is not { } node)
        {
            return null;
        }

        if (node.Kind is NodeKind.Text or NodeKind.Expanded)
        {
            return node.Text.Length == 0 ? null : node.Text;
        }

        Fault(key, isSecret ? $"is {node.KindName}; write it in quotes." : $"{node.Written} is {node.KindName}; write it in quotes.");
        return null;
    }

    /// <summary>A word, or a number as it is written: for keys that take both.</summary>
    public string? TextOrNumber(string key) => Scalar(key, "a word or a number") is { } node && IsNumber(node) ? node.Text : Text(key);

    public bool? Flag(string key)
    {
        if (Scalar(key, "true or false") is not { } node)
        {
            return null;
        }

        if (node.Kind is NodeKind.Flag or NodeKind.Expanded && bool.TryParse(node.Text, out var flag))
        {
            return flag;
        }

        // Environment variables are often written as 1 and 0.
        if (node.Kind == NodeKind.Expanded && node.Text is "1" or "0")
        {
            return node.Text == "1";
        }

        Fault(key, $"'{node.Written}' is not true or false; write true or false, without quotes.");
        return null;
    }

    public int? Count(string key, int min = 1)
    {
        if (Scalar(key, "a whole number") is not { } node)
        {
            return null;
        }

        if (IsNumber(node) && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) && count >= min)
        {
            return count;
        }

        Fault(key, string.Create(CultureInfo.InvariantCulture, $"'{node.Written}' cannot be meant; write a whole number from {min} to {int.MaxValue}, without quotes."));
        return null;
    }

    public double? Number(string key, double min, double max, string what)
    {
        if (Scalar(key, "a number") is not { } node)
        {
            return null;
        }

        if (IsNumber(node) && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Fault(key, string.Create(CultureInfo.InvariantCulture, $"'{node.Written}' cannot be meant; write {what} from {min} to {max}, without quotes."));
        return null;
    }

    /// <summary>A span of more than zero, up to 400 days; fractions are allowed.</summary>
    public TimeSpan? Span(string key, string unit, TimeSpan one)
    {
        if (Scalar(key, unit) is not { } node)
        {
            return null;
        }

        var max = TimeSpan.FromDays(400);
        if (IsNumber(node) && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= max / one && number * one is { Ticks: > 0 } span)
        {
            return span;
        }

        Fault(key, string.Create(CultureInfo.InvariantCulture, $"'{node.Written}' cannot be meant; write {unit}, more than 0 and at most {max / one}, without quotes."));
        return null;
    }

    public TimeSpan? Seconds(string key) => Span(key, "seconds", TimeSpan.FromSeconds(1));

    /// <summary>One of a few words, in any letter case.</summary>
    public T? Word<T>(string key, params ReadOnlySpan<(string Word, T Value)> words)
        where T : struct
    {
        if (Scalar(key, "a word") is not { } node)
        {
            return null;
        }

        foreach (var (word, value) in words)
        {
            if (string.Equals(word, node.Text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var all = new List<string>();
        foreach (var (word, _) in words)
        {
            all.Add(word);
        }

        Fault(key, $"'{node.Written}' is not one of its words; write {string.Join(", ", all)}.");
        return null;
    }

    public MapReader Map(string key) => new(Find(key) ?? ConfigurationNode.Absent(Place), KeyOf(key), _report);

    public IEnumerable<(string Key, MapReader Map)> Maps(string key)
    {
        var map = Map(key);
        return map._node.Members.Select(m => (m.Key, map.Map(m.Key)));
    }

    public IReadOnlyList<MapReader> List(string key)
    {
        if (Find(key) is not { } node || node.Kind == NodeKind.Absent)
        {
            return [];
        }

        if (node.Kind == NodeKind.List)
        {
            return [.. node.Items.Select((item, index) => new MapReader(item, TreeBuilder.Child(KeyOf(key), index), _report))];
        }

        Fault(key, $"is {node.KindName}; write a list, each entry beginning with a dash (in JSON, in brackets).");
        return [];
    }

    /// <summary>Keys that mean something here though they are read elsewhere.</summary>
    public void Know(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            _known.Add(key);
        }
    }

    /// <summary>Warns of every key that was not asked for.</summary>
    public void End()
    {
        foreach (var (key, node) in _node.Members.Where(m => !_known.Contains(m.Key)))
        {
            var near = _known.FirstOrDefault(k => string.Equals(Plain(k), Plain(key), StringComparison.OrdinalIgnoreCase))
                ?? _known.FirstOrDefault(k => IsOneSlipAway(k, key));
            _report.Warn(node.Place, KeyOf(key), near is null ? "unknown key, ignored" : $"unknown key, ignored; did you mean {near}?");
        }
    }

    private static bool IsNumber(ConfigurationNode node) => node.Kind is NodeKind.Number or NodeKind.Expanded;

    private static string Plain(string key) => key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    /// <summary>One letter more, less or different.</summary>
    private static bool IsOneSlipAway(string a, string b)
    {
        var start = a.AsSpan().CommonPrefixLength(b);
        var restA = a.AsSpan(start);
        var restB = b.AsSpan(start);
        return Math.Abs(restA.Length - restB.Length) <= 1 && a.Length > 3
            && restA[Math.Min(restA.Length, restA.Length >= restB.Length ? 1 : 0)..].SequenceEqual(
                restB[Math.Min(restB.Length, restB.Length >= restA.Length ? 1 : 0)..]);
    }

    private ConfigurationNode? Find(string key)
    {
        _known.Add(key);
        return _node.Members.GetValueOrDefault(key);
    }

    private ConfigurationNode? Scalar(string key, string wanted)
    {
        if (Find(key) is not { } node || node.Kind == NodeKind.Absent)
        {
            return null;
        }

        if (node.IsScalar)
        {
            return node;
        }

        Fault(key, $"is {node.KindName}; write {wanted}.");
        return null;
    }
}
