using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parsimony.Engine;

/// <summary>Reads YAML into nodes.</summary>
internal sealed class YamlTree(ConfigurationReport report, TreeBuilder builder)
{
    public ConfigurationNode? Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            // The parser's own sentence may quote the value it stumbled on, and that may be a key.
            var why = e.Message.AsSpan().ContainsAny('\'', '"') ? "the structure breaks here" : e.Message.TrimEnd('.');
            report.Fault(report.Line(e.Start.Line), $"not YAML, column {e.Start.Column}: {why}; check indentation, quotes, and that no key stands twice.");
            return null;
        }

        switch (stream.Documents.Count)
        {
            case 0:
                return ConfigurationNode.Absent(report.Line(1));
            case 1:
                return Read(stream.Documents[0].RootNode, "", 0);
            default:
                report.Fault(report.Line(stream.Documents[1].RootNode.Start.Line), "a second document begins; write one document per file.");
                return null;
        }
    }

    private ConfigurationNode Read(YamlNode node, string path, int depth)
    {
        var place = report.Line(node.Start.Line);
        if (builder.IsFull || depth > TreeBuilder.MaxDepth)
        {
            report.Fault(place, path, "nested too deep or too large for a configuration; write it flatter, without nested aliases.");
            return ConfigurationNode.Absent(place);
        }

        return node switch
        {
            YamlScalarNode scalar => builder.Scalar(scalar.Value ?? "", scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any), place, path),
            YamlSequenceNode list => ConfigurationNode.List(
                place, [.. list.Children.Select((item, index) => Read(item, TreeBuilder.Child(path, index), depth + 1))]),
            YamlMappingNode map => ReadMap(map, place, path, depth),
            _ => ConfigurationNode.Absent(place),
        };
    }

    private ConfigurationNode ReadMap(YamlMappingNode map, string place, string path, int depth)
    {
        var members = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                // An alias keeps the line of its anchor; the key's line is where a reader looks.
                var node = Read(value, TreeBuilder.Child(path, name), depth + 1);
                members[name] = node.IsScalar || node.Kind == NodeKind.Absent ? Moved(node, report.Line(key.Start.Line)) : node;
            }
            else
            {
                report.Fault(report.Line(key.Start.Line), path, "a key must be a text.");
            }
        }

        return ConfigurationNode.Map(place, members);
    }

    private static ConfigurationNode Moved(ConfigurationNode node, string place) =>
        new() { Kind = node.Kind, Place = place, Text = node.Text, Written = node.Written };
}
