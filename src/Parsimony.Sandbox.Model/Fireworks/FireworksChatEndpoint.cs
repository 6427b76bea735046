using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Fireworks' chat completions: OpenAI's, with roles that must be known (https://docs.fireworks.ai/api-reference/post-chatcompletions, read 2026-11-20).</summary>
internal sealed class FireworksChatEndpoint() : ChatEndpoint("fireworks")
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    public override Refusal? Check(JsonElement body, bool batch) => base.Check(body, batch)
        ?? (body.Each("messages").All(message => Roles.Contains(message.Text("role"), StringComparer.Ordinal)) ? null : Refusal.Invalid("A message has a role that is not known.", "messages"));

    protected override bool StreamsUsage(JsonElement body) => true;

    protected override bool EndsWithUsage => true;

    protected override void WriteUsage(Utf8JsonWriter writer, Reply reply)
    {
        var usage = reply.Usage;
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", usage.TotalInput);
        writer.WriteNumber("completion_tokens", usage.Output);
        writer.WriteNumber("total_tokens", usage.TotalInput + usage.Output);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("cached_tokens", usage.CacheRead);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
