using System.Text;
using System.Text.Json;

namespace Parsimony.Engine;

/// <summary>Reads JSON (comments and trailing commas allowed) into the same nodes as YAML.</summary>
internal ref struct JsonTree
{
    private readonly ConfigurationReport _report;
    private readonly TreeBuilder _builder;
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private int _counted;
    private int _line = 1;

    private JsonTree(ReadOnlySpan<byte> json, ConfigurationReport report, TreeBuilder builder)
    {
        _report = report;
        _builder = builder;
        _json = json;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = TreeBuilder.MaxDepth,
        });
    }

    public static ConfigurationNode? Read(string text, ConfigurationReport report, TreeBuilder builder)
    {
        var tree = new JsonTree(Encoding.UTF8.GetBytes(text), report, builder);
        try
        {
            tree._reader.Read();
            var root = tree.ReadValue("");
            tree._reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            report.Fault(report.Line((e.LineNumber ?? 0) + 1), "not JSON; check commas, quotes and brackets.");
            return null;
        }
    }

    private string Place()
    {
        var start = (int)_reader.TokenStartIndex;
        _line += _json[_counted..start].Count((byte)'\n');
        _counted = start;
        return _report.Line(_line);
    }

    private ConfigurationNode ReadValue(string path)
    {
        var place = Place();
        if (_builder.IsFull)
        {
            _report.Fault(place, path, "too large for a configuration.");
            _reader.Skip();
            return ConfigurationNode.Absent(place);
        }

        return _reader.TokenType switch
        {
            JsonTokenType.String => _builder.Scalar(_reader.GetString() ?? "", isQuoted: true, place, path),
            JsonTokenType.Number => _builder.Scalar(Encoding.UTF8.GetString(_reader.ValueSpan), isQuoted: false, place, path),
            JsonTokenType.True => _builder.Scalar("true", isQuoted: false, place, path),
            JsonTokenType.False => _builder.Scalar("false", isQuoted: false, place, path),
            JsonTokenType.StartArray => ReadList(place, path),
            JsonTokenType.StartObject => ReadMap(place, path),
            _ => ConfigurationNode.Absent(place),
        };
    }

    private ConfigurationNode ReadList(string place, string path)
    {
        var items = new List<ConfigurationNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(TreeBuilder.Child(path, items.Count)));
        }

        return ConfigurationNode.List(place, items);
    }

    private ConfigurationNode ReadMap(string place, string path)
    {
        var members = new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString() ?? "";
            var keyPlace = Place();
            _reader.Read();
            if (!members.TryAdd(name, ReadValue(TreeBuilder.Child(path, name))))
            {
                _report.Fault(keyPlace, TreeBuilder.Child(path, name), "the key stands twice; leave one out.");
            }
        }

        return ConfigurationNode.Map(place, members);
    }
}
