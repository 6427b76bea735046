namespace Parsimony.Engine;

/// <summary>What a node of a configuration is.</summary>
internal enum NodeKind
{
    Absent,
    Text,
    Number,
    Flag,

    /// <summary>A value that came from a variable: it is read as whatever its key wants.</summary>
    Expanded,
    List,
    Map,
}

/// <summary>One value of a configuration, from YAML, JSON or the environment alike.</summary>
internal sealed class ConfigurationNode
{
    public required NodeKind Kind { get; init; }

    /// <summary>Where it stands, as faults say it: <c>file, line n</c>, or a variable's name.</summary>
    public required string Place { get; init; }

    /// <summary>The value of a scalar, variables replaced.</summary>
    public string Text { get; init; } = "";

    /// <summary>The value as it is written, variables unreplaced: what may be repeated in a message.</summary>
    public string Written { get; init; } = "";

    public IReadOnlyList<ConfigurationNode> Items { get; init; } = [];

    public IReadOnlyDictionary<string, ConfigurationNode> Members { get; init; } = new Dictionary<string, ConfigurationNode>(0);

    /// <summary>What it is, in the words of a fault.</summary>
    public string KindName => Kind switch
    {
        NodeKind.Absent => "nothing",
        NodeKind.Text => "a text",
        NodeKind.Number => "a number",
        NodeKind.Flag => "true or false",
        NodeKind.List => "a list",
        NodeKind.Map => "a map",
        _ => "the value of a variable",
    };

    public bool IsScalar => Kind is NodeKind.Text or NodeKind.Number or NodeKind.Flag or NodeKind.Expanded;

    public static ConfigurationNode Absent(string place) => new() { Kind = NodeKind.Absent, Place = place };

    public static ConfigurationNode Map(string place, IReadOnlyDictionary<string, ConfigurationNode> members) =>
        new() { Kind = NodeKind.Map, Place = place, Members = members };

    public static ConfigurationNode List(string place, IReadOnlyList<ConfigurationNode> items) =>
        new() { Kind = NodeKind.List, Place = place, Items = items };

    /// <summary>A value that does not stand in the file. It may be a secret, so only its name is ever repeated.</summary>
    public static ConfigurationNode FromVariable(string variable, string value) =>
        new() { Kind = NodeKind.Expanded, Place = "environment variable " + variable, Text = value, Written = "${" + variable + "}" };

    /// <summary>This map with some members set anew.</summary>
    public ConfigurationNode With(IEnumerable<KeyValuePair<string, ConfigurationNode>> members)
    {
        var all = new Dictionary<string, ConfigurationNode>(Members, StringComparer.Ordinal);
        foreach (var (key, node) in members)
        {
            all[key] = node;
        }

        return Map(Place, all);
    }
}
