namespace Parsimony.Sandbox.Model;

/// <summary>The lines of a content, one in memory at a time.</summary>
internal static class ContentLines
{
    public static IEnumerable<(long Offset, byte[] Line)> Read(Content content)
    {
        var reader = new ContentReader(content);
        var window = new byte[(int)Math.Min(Content.BlockBytes, Math.Max(1, content.Length))];
        var line = new MemoryStream();
        long lineStart = 0;
        for (long at = 0; at < content.Length; at += window.Length)
        {
            var length = (int)Math.Min(window.Length, content.Length - at);
            reader.Read(at, window.AsSpan(0, length));
            var from = 0;
            while (from < length)
            {
                var newLine = window.AsSpan(from, length - from).IndexOf((byte)'\n');
                var end = newLine < 0 ? length : from + newLine;
                line.Write(window, from, end - from);
                from = end;
                if (newLine < 0)
                    break;
                from++;
                yield return (lineStart, line.ToArray());
                line.SetLength(0);
                lineStart = at + from;
            }
        }

        if (line.Length > 0)
            yield return (lineStart, line.ToArray());
    }
}
