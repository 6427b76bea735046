using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Answers by rules, the same way every time: a label where labels are offered, JSON where a schema is given, else an echo. No model is asked.
/// </summary>
internal static class Responder
{
    private const int EchoCharacters = 160;

    public static SimulatedAnswer Answer(SimulatedQuestion question, ulong seed)
    {
        var chance = StableHash.Join(seed, StableHash.Of(question.UserText, seed: (ulong)question.Ordinal));
        var text = Topic(question.UserText);
        if (question.ForcedTool is { } tool)
        {
            var parameters = question.Tools.FirstOrDefault(t => t.Name == tool).Parameters;
            var arguments = SchemaAnswer.Write(parameters, text, chance, question.Ordinal);
            return new SimulatedAnswer { Text = "", ToolCall = (tool, arguments), OutputTokens = TokenCounter.Count(arguments) + TokenCounter.Count(tool) };
        }

        var answer = question switch
        {
            { JsonSchema: { } schema } => SchemaAnswer.Write(schema, text, chance, question.Ordinal),
            { JsonMode: true } => JsonAnswer(question, text, chance),
            _ => LabelFor(question, text, chance) ?? Echo(question, text),
        };
        return Cut(answer, question.MaxOutputTokens);
    }

    private static string? LabelFor(SimulatedQuestion question, string text, ulong chance)
    {
        var labels = OfferedLabels.In(question.SystemText);
        if (labels.Count == 0)
            labels = OfferedLabels.In(question.UserText);
        return labels.Count == 0 ? null : LabelChoice.Pick(labels, text, chance, question.Ordinal).Name;
    }

    private static string JsonAnswer(SimulatedQuestion question, string text, ulong chance)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("simulated", true);
            if (LabelFor(question, text, chance) is { } label)
                writer.WriteString("label", label);
            writer.WriteString("answer", Echo(question, text));
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(json.ToArray());
    }

    private static string Echo(SimulatedQuestion question, string text)
    {
        var digest = StableHash.Of(question.UserText) & 0xFFFF_FFFF;
        var images = question.ImageCount == 0 ? "" : $" with {question.ImageCount} image(s)";
        var again = question.Ordinal == 0 ? "" : $" (answer {question.Ordinal + 1})";
        return $"[simulated] {question.Model} read {TokenCounter.Count(question.UserText)} tokens{images}, digest {digest:x8}{again}: {Shorten(text)}";
    }

    private static string Shorten(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, EchoCharacters, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= EchoCharacters)
            return line;
        var end = char.IsHighSurrogate(line[EchoCharacters - 1]) ? EchoCharacters - 1 : EchoCharacters;
        return line[..end] + "…";
    }

    private static SimulatedAnswer Cut(string answer, int? limit)
    {
        var tokens = TokenCounter.Count(answer);
        if (limit is not { } most || tokens <= most)
            return new SimulatedAnswer { Text = answer, OutputTokens = tokens };
        var kept = Math.Max(0, Math.Min(answer.Length, most * 4));
        if (kept > 0 && char.IsHighSurrogate(answer[kept - 1]))
            kept--;
        return new SimulatedAnswer { Text = answer[..kept], Truncated = true, OutputTokens = Math.Max(0, most) };
    }

    // A prompt that carries instructions and the text to judge in one message names the text last: "Text: ...", "Message: ...".
    private static string Topic(string userText)
    {
        foreach (var name in (ReadOnlySpan<string>)["text:", "message:", "document:", "ticket:", "input:", "email:", "comment:", "review:"])
        {
            var at = userText.LastIndexOf(name, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (at == 0 || !char.IsLetter(userText[at - 1])) && at + name.Length < userText.Length)
                return userText[(at + name.Length)..].Trim();
        }

        return userText;
    }
}
