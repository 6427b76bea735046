using System.Xml;

namespace Parsimony.Providers.Aws;

/// <summary>A small XML reply of S3 as the name of its root and the texts of its leaves, in order. Nothing outside the document is ever read.</summary>
internal sealed record S3Xml(string Root, IReadOnlyList<(string Name, string Parent, string Text)> Leaves)
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true, IgnoreComments = true };

    /// <summary>Reads a body; null when it is no XML.</summary>
    public static S3Xml? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.ToArray(), writable: false), Settings);
            var open = new Stack<string>();
            var leaves = new List<(string, string, string)>();
            string? root = null;
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    root ??= reader.LocalName;
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(reader.LocalName);
                    }
                }
                else if (reader.NodeType == XmlNodeType.Text)
                {
                    var name = open.Pop();
                    leaves.Add((name, open.TryPeek(out var parent) ? parent : "", reader.Value));
                    open.Push(name);
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    open.Pop();
                }
            }

            return root is null ? null : new S3Xml(root, leaves);
        }
        catch (Exception e) when (e is XmlException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The first text of a name; null when there is none.</summary>
    public string? First(string name) => Leaves.FirstOrDefault(leaf => leaf.Name == name).Text;
}
