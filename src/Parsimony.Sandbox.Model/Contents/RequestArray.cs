using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Finds the requests of an Anthropic create body without parsing it as a whole.</summary>
internal static class RequestArray
{
    private const int WindowBytes = 256 * 1024;

    /// <summary>The items in order; a missing custom id is the empty string.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static List<BatchItem>? Index(Content content)
    {
        var source = new ContentReader(content);
        var scan = new Scan();
        var buffer = new byte[(int)Math.Clamp(content.Length, 1, WindowBytes)];
        var filled = 0;
        long read = 0;
        var state = new JsonReaderState();
        do
        {
            var part = (int)Math.Min(buffer.Length - filled, content.Length - read);
            source.Read(read, buffer.AsSpan(filled, part));
            filled += part;
            read += part;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, filled), read == content.Length, state);
            var origin = read - filled;
            while (reader.Read())
                scan.Take(ref reader, origin);
            state = reader.CurrentState;
            var consumed = (int)reader.BytesConsumed;
            buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
            filled -= consumed;

            // A token longer than the window: an image, most likely.
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
        while (read < content.Length);
        return scan.Items;
    }

    private struct Scan
    {
        private bool _inRequests;
        private bool _nameIsNext;
        private long _itemStart;
        private string _customId;

        public List<BatchItem>? Items { get; private set; }

        public void Take(ref Utf8JsonReader reader, long origin)
        {
            if (_nameIsNext)
            {
                _nameIsNext = false;
                _customId = reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : "";
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1:
                    _inRequests = reader.ValueTextEquals("requests"u8);
                    break;
                case JsonTokenType.StartArray when _inRequests && reader.CurrentDepth == 1:
                    Items = [];
                    break;
                case JsonTokenType.StartObject when Items is not null && _inRequests && reader.CurrentDepth == 2:
                    _itemStart = origin + reader.TokenStartIndex;
                    _customId = "";
                    break;
                case JsonTokenType.PropertyName when _inRequests && reader.CurrentDepth == 3:
                    _nameIsNext = reader.ValueTextEquals("custom_id"u8);
                    break;
                case JsonTokenType.EndObject when Items is not null && _inRequests && reader.CurrentDepth == 2:
                    Items.Add(new BatchItem(_itemStart, (int)(origin + reader.TokenStartIndex + 1 - _itemStart), _customId));
                    break;
            }
        }
    }
}
