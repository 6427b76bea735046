using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>Datasets: made, filled by a post or at a signed address, read at signed addresses (https://docs.fireworks.ai/api-reference/create-dataset and its neighbours, read 2026-11-21).</summary>
internal sealed class FireworksDatasets(FireworksApi api, WorldState state)
{
    /// <summary>What stands before the paths that need no key.</summary>
    public const string Signed = "signed";

    private const string Empty = "empty";
    private const string Filled = "filled";
    private const string Ready = "ready";
    private const string Results = "BIJOutputSet.jsonl";
    private const string Errors = "error-data";
    private const long LargestPost = 150L * 1000 * 1000;

    // https://docs.fireworks.ai does not say; field notes of 2026-08 do.
    private static readonly TimeSpan AddressLife = TimeSpan.FromMinutes(10);

    private readonly FileShelf _shelf = new(state, "fireworks");

    public static bool IsReady(StoredFile dataset) => dataset.Batch > 0 || dataset.Purpose == Ready;

    public StoredFile? Find(Call call, string name) => _shelf.Find(call, name);

    public SandboxResponse Create(Call call, string account, byte[] body)
    {
        if (FireworksApi.ParseBody(body) is not { } root || root.Text("datasetId") is not { Length: > 0 and <= 63 } id || !FireworksApi.IsId(id))
            return FireworksApi.Refused(call, Refusal.Invalid("datasetId must be lower-case letters, digits and dashes."));
        if (!long.TryParse(root.Get("dataset")?.Text("exampleCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return FireworksApi.Refused(call, Refusal.Invalid("dataset.exampleCount is required."));
        var name = $"accounts/{account}/datasets/{id}";
        if (state.FilesById.TryGetValue(name, out var other) && !other.IsDeleted)
            return FireworksApi.Refused(call, new Refusal(409, "already_exists", $"{name} exists."));
        var dataset = _shelf.New(call, name, "dataset", Empty, null, null, null);
        dataset.Count = count;
        if (other is not null)
            state.FilesById.Remove(name);
        state.Add(dataset);
        return api.Created(call, Show(dataset));
    }

    public async Task<SandboxResponse> PostAsync(Call call, string name, CancellationToken cancellationToken)
    {
        var (content, _, refusal) = await _shelf.ReadAsync(call, LargestPost, cancellationToken).ConfigureAwait(false);
        return content is null ? FireworksApi.Refused(call, refusal ?? Refusal.Invalid("The upload cannot be read.")) : Fill(call, name, content, Ready);
    }

    public async Task<SandboxResponse> PutAsync(Call call, string name, CancellationToken cancellationToken) => IsOver(call)
        ? FireworksApi.Refused(call, new Refusal(403, "expired", "The signed address has expired."))
        : Fill(call, name, await _shelf.ReadRawAsync(call, cancellationToken).ConfigureAwait(false), Filled);

    public SandboxResponse Endpoint(Call call, string name, byte[] body)
    {
        if (FireworksApi.ParseBody(body)?.Get("filenameToSize") is not { } sizes || Find(call, name) is null)
            return FireworksApi.Refused(call, Refusal.Invalid("filenameToSize is required, and a dataset."));
        return Addresses(call, name, sizes.EnumerateObject().Select(file => file.Name));
    }

    public SandboxResponse Validate(Call call, string name)
    {
        if (Find(call, name) is not { Purpose: Filled, Content: { } content } dataset)
            return FireworksApi.Refused(call, Refusal.Invalid("Nothing was uploaded."));
        state.Replace(Copy(dataset, content, Ready));
        return api.Created(call, Exit.Json(200, "{}"u8.ToArray()));
    }

    public SandboxResponse Get(Call call, string name) => Find(call, name) is { } dataset ? Show(dataset) : Missing(call, name);

    public SandboxResponse Delete(Call call, string name)
    {
        if (Find(call, name) is not { } dataset)
            return Missing(call, name);
        _shelf.Delete(dataset);
        return Exit.Json(200, "{}"u8.ToArray());
    }

    public SandboxResponse Download(Call call, string name) => Find(call, name) is not { } dataset ? Missing(call, name)
        : Addresses(call, name, dataset.Batch > 0 ? [Results, Errors] : ["in.jsonl"]);

    public SandboxResponse Content(Call call, string name, string file)
    {
        if (IsOver(call))
            return FireworksApi.Refused(call, new Refusal(403, "expired", "The signed address has expired."));
        if (Find(call, name) is not { } dataset)
            return Missing(call, name);
        if (dataset.Batch == 0)
            return Exit.Produced("application/octet-stream", dataset.Content is { } content ? content.CopyToAsync : static (_, _) => Task.CompletedTask);
        var batch = state.Batches[dataset.Batch - 1];
        var isErrors = file == Errors;
        if (!isErrors)
            api.ShapeResults(batch, call);
        var indexes = batch.Done.Where(d => d.End != ItemEnd.Succeeded == isErrors).Select(d => d.Index).ToList();
        var lines = new ResultLines(batch, indexes, !isErrors, !isErrors && api.Truncates(call), (reader, index) => Line(batch, reader, index), OpenAIResults.Rename);
        state.Commit();
        return Exit.Produced("application/octet-stream", lines.WriteAsync);
    }

    private static SandboxResponse Show(StoredFile dataset) => Exit.Json(200, JsonBytes.Of(writer => FireworksWire.WriteDataset(writer, dataset, IsReady(dataset))));

    private static SandboxResponse Missing(Call call, string name) => FireworksApi.Refused(call, Refusal.Missing(name));

    private SandboxResponse Fill(Call call, string name, Content content, string purpose)
    {
        lock (state.Gate)
        {
            if (Find(call, name) is not { Batch: 0 } dataset)
                return Missing(call, name);
            state.Replace(Copy(dataset, content, purpose));
            return api.Created(call, Exit.Json(200, "{}"u8.ToArray()));
        }
    }

    private static StoredFile Copy(StoredFile dataset, Content content, string purpose) => new()
    {
        Number = dataset.Number,
        Id = dataset.Id,
        Name = dataset.Name,
        Provider = dataset.Provider,
        Purpose = purpose,
        Workspace = dataset.Workspace,
        CreatedAt = dataset.CreatedAt,
        Skew = dataset.Skew,
        Content = content,
        ContentNumber = content.Number,
        ContentLength = content.Length,
        Count = dataset.Count,
    };

    private static SandboxResponse Addresses(Call call, string name, IEnumerable<string> files)
    {
        var root = call.Request.RootOf("fireworks") ?? "http://fireworks.sandbox";
        var ends = (call.Now + AddressLife).ToUnixTimeSeconds();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartObject("filenameToSignedUrls");
            foreach (var file in files)
                writer.WriteString($"{name}/{file}", string.Create(CultureInfo.InvariantCulture, $"{root}/{Signed}/{name}/{file}?X-Goog-Expires={ends}&X-Goog-Signature={call.Workspace}.signed"));
            writer.WriteEndObject();
        }));
    }

    private static bool IsOver(Call call) =>
        !long.TryParse(call.Query("X-Goog-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var ends) || ends < call.Now.ToUnixTimeSeconds();

    private byte[] Line(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        var done = batch.Done[index];
        writer.WriteString("custom_id", BatchItems.Of(batch)[index].CustomId);
        if (done.End == ItemEnd.Succeeded)
        {
            writer.WriteStartObject("response");
            BatchAnswers.Write(writer, state, batch, reader, done);
            writer.WriteEndObject();
            return;
        }

        // The shape of an error row is not documented.
        FireworksWire.WriteError(writer, BatchAnswers.ReasonOf(state, batch, reader, done), isControl: false);
    });
}
