using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>As what a block of a caller's own body can be marked.</summary>
internal enum OpenAIVerbatimForm
{
    /// <summary>It cannot be: a tool, instructions, what the model said.</summary>
    None,

    /// <summary>A content part: the mark becomes its last member.</summary>
    Part,

    /// <summary>A message's content given as plain text: it becomes a list of one part.</summary>
    Text,

    /// <summary>A Responses input given as plain text: it becomes a list of one message.</summary>
    Input,

    /// <summary>A tool's result.</summary>
    ToolResult,
}

/// <summary>A block, and where in the body it is marked: at a text's opening quote, or at a part's closing brace.</summary>
internal readonly record struct OpenAIVerbatimBlock(OpenAIVerbatimForm Form, long Position);

/// <summary>The blocks of a caller's own body, numbered as <see cref="Fingerprinter.Prefixes(Envelope)"/> numbers them: tools, instructions, then the parts of the messages.</summary>
internal sealed class OpenAIVerbatimBlocks
{
    private readonly List<OpenAIVerbatimBlock> _tools = [];
    private readonly List<OpenAIVerbatimBlock> _instructions = [];
    private List<OpenAIVerbatimBlock> _messages = [];

    /// <summary>Whether the caller asks the cache itself.</summary>
    public bool IsCallers { get; private set; }

    /// <summary>The blocks in prefix order.</summary>
    public IReadOnlyList<OpenAIVerbatimBlock> All => [.. _tools, .. _instructions, .. _messages];

    /// <summary>Reads a body.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static OpenAIVerbatimBlocks Read(Envelope envelope)
    {
        var blocks = new OpenAIVerbatimBlocks();
        var isResponses = envelope.Kind == EndpointKind.Responses;
        var reader = new Utf8JsonReader(envelope.Bytes.Span, new JsonReaderOptions { MaxDepth = OpenAIVerbatim.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tools"u8))
            {
                Fill(ref reader, blocks._tools, isTextToo: false);
            }
            else if (reader.ValueTextEquals("instructions"u8))
            {
                Fill(ref reader, blocks._instructions, isTextToo: true);
            }
            else if (reader.ValueTextEquals(isResponses ? "input"u8 : "messages"u8))
            {
                blocks.ReadMessages(ref reader, isResponses);
            }
            else
            {
                blocks.IsCallers |= reader.ValueSpan.StartsWith("prompt_cache_"u8);
                reader.Skip();
            }
        }

        return blocks;
    }

    private static void Fill(ref Utf8JsonReader reader, List<OpenAIVerbatimBlock> into, bool isTextToo)
    {
        into.Clear();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (isTextToo && reader.TokenType != JsonTokenType.Null)
            {
                into.Add(default);
            }

            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            into.Add(default);
        }
    }

    private void ReadMessages(ref Utf8JsonReader reader, bool isResponses)
    {
        _messages = [];
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && isResponses)
        {
            _messages.Add(new OpenAIVerbatimBlock(OpenAIVerbatimForm.Input, reader.TokenStartIndex));
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                ReadMessage(ref reader);
            }
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadMessage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            _messages.Add(default);
            return;
        }

        string? role = null;
        string? type = null;
        long? text = null;
        List<OpenAIVerbatimBlock> parts = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
            {
                role = Word(ref reader);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                type = Word(ref reader);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                (text, parts) = ReadContent(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        var isResult = role == "tool" || type?.EndsWith("_call_output", StringComparison.Ordinal) == true;
        var isMarkable = role is "system" or "developer" or "user" && type is null or "message";
        if (parts.Count == 0)
        {
            parts.Add(text is { } at ? new OpenAIVerbatimBlock(OpenAIVerbatimForm.Text, at) : default);
        }

        _messages.AddRange(parts.Select(part => isResult ? part with { Form = OpenAIVerbatimForm.ToolResult } : isMarkable ? part : default));
    }

    private (long? Text, List<OpenAIVerbatimBlock> Parts) ReadContent(ref Utf8JsonReader reader)
    {
        var parts = new List<OpenAIVerbatimBlock>();
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return (reader.TokenStartIndex, parts);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return (null, parts);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parts.Add(ReadPart(ref reader));
        }

        return (null, parts);
    }

    private OpenAIVerbatimBlock ReadPart(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return default;
        }

        string? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = Word(ref reader);
                continue;
            }

            IsCallers |= reader.ValueTextEquals("prompt_cache_breakpoint"u8);
            reader.Skip();
        }

        return type is "text" or "image_url" or "file" or "input_text" or "input_image" or "input_file"
            ? new OpenAIVerbatimBlock(OpenAIVerbatimForm.Part, reader.TokenStartIndex)
            : default;
    }

    private static string? Word(ref Utf8JsonReader reader)
    {
        reader.Read();
        var word = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return word;
    }
}
