using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Batches whose input is an uploaded file of OpenAI's lines, and whose results are two files.</summary>
internal sealed class OpenAIBatchHabits(OpenAIShape shape) : BatchHabits
{
    public override long QueueTokens(SandboxOptions options) => shape.QueueTokens(options);

    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => OpenAIBatchFile.Read(content, shape).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) => item.Get("body") ?? default;

    public override BatchCheck Validate(BatchState batch, Content content)
    {
        var file = OpenAIBatchFile.Read(content, shape, batch.Endpoint);
        return new BatchCheck(file.Items, file.Errors, file.Model, file.PromptTokens);
    }

    public override void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
        var answered = batch.Done.Count(d => d.End == ItemEnd.Succeeded);
        if (batch.Notes?.GetValueOrDefault("folder") is { } folder)
        {
            // A side without lines has no blob, though its path is told.
            if (answered > 0)
                AzureBlobApi.AddResults(state, batch, folder + "/results.jsonl", errors: false, at);
            if (answered < batch.Count)
                AzureBlobApi.AddResults(state, batch, folder + "/errors.jsonl", errors: true, at);
            return;
        }

        if (answered > 0)
            batch.OutputFile = AddFile(state, batch, at, errors: false).Id;
        if (answered < batch.Count || shape.AlwaysHasErrorFile)
            batch.ErrorFile = AddFile(state, batch, at, errors: true).Id;
        else if ((state.Chance("empty error id", batch.Number) & 1) == 0)
            batch.ErrorFile = "";
    }

    private StoredFile AddFile(WorldState state, BatchState batch, DateTimeOffset at, bool errors)
    {
        var number = state.Files.Count + 1;
        var file = new StoredFile
        {
            Number = number,
            Id = state.NewId("file-", "file", number),
            Name = $"{batch.Id}_{(errors ? "error" : "output")}.jsonl",
            Provider = shape.Name,
            Purpose = "batch_output",
            Workspace = batch.Workspace,
            CreatedAt = at,
            ExpiresAt = at + (batch.OutputLife ?? shape.OutputLife),
            Skew = batch.Skew,
            Batch = batch.Number,
            HoldsErrors = errors,
        };
        state.Add(file);
        return file;
    }
}
