using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>xAI's batches: OpenAI's lines, results in pages and no files; one bad line ends the whole batch (https://docs.x.ai/developers/advanced-api-usage/batch-api, read 2026-11-20).</summary>
internal sealed class XaiHabits : BatchHabits
{
    /// <summary>What an input file may hold; models may be mixed.</summary>
    public static OpenAIShape Input { get; } = new() { Name = "xai", OneModel = false, MaxRequests = 50_000, MaxBytes = 200L * 1000 * 1000 };

    public override bool Finalizes => false;

    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => OpenAIBatchFile.Read(content, Input).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) => item.Get("body") ?? default;

    public override BatchCheck Validate(BatchState batch, Content content)
    {
        var file = OpenAIBatchFile.Read(content, Input, batch.Endpoint);
        return new BatchCheck(file.Items, file.Errors, file.Model, file.PromptTokens);
    }

    /// <summary>The endpoint the first line names. Lines of one batch may name several; the sandbox takes one.</summary>
    public static string? EndpointOf(Content content)
    {
        foreach (var (_, line) in ContentLines.Read(content))
        {
            try
            {
                return JsonElement.Parse(line).Text("url");
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return null;
    }
}
