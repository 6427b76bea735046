using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// The part of Cloud Storage's JSON API a batch needs (https://docs.cloud.google.com/storage/docs/json_api, read 2026-11-21). Every bucket exists but those whose name
/// begins with "missing".
/// </summary>
internal sealed class GcsApi : ProviderApi
{
    private readonly GcsObjects _objects;
    private readonly GcsUploads _uploads;

    private GcsApi(WorldState state, BatchEngine engine, Twin twin)
        : base(state, engine, twin)
    {
        _objects = new GcsObjects(state);
        _uploads = new GcsUploads(state);
    }

    public static Twin Twin { get; } = new(GcsObjects.Provider, "", [], null, static (state, engine, twin) => new GcsApi(state, engine, twin));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path) switch
    {
        ("POST" or "PUT", ["upload", "storage", "v1", "b", var bucket, "o"]) => (Operation.FileUpload, bucket),
        ("GET", ["storage", "v1", "b", var bucket, "o"]) => (Operation.FileList, bucket),
        ("GET", ["storage", "v1", "b", var bucket, "o", .. var name]) => (Operation.FileContent, NameOf(bucket, name)),
        ("GET", ["download", "storage", "v1", "b", var bucket, "o", .. var name]) => (Operation.FileContent, NameOf(bucket, name)),
        ("DELETE", ["storage", "v1", "b", var bucket, "o", .. var name]) => (Operation.FileDelete, NameOf(bucket, name)),
        _ => null,
    };

    // The official client sends no token to an address that is not Google's.
    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : "anonymous";

    public override SandboxResponse Refuse(Refusal refusal, ulong chance) => Exit.Json(refusal.Status, JsonBytes.Of(writer => GeminiWire.WriteError(writer, refusal)));

    public override async Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Id.StartsWith("missing", StringComparison.Ordinal))
            return Refuse(call, new Refusal(404, "not_found_error", "The specified bucket does not exist."));
        if (call.Operation == Operation.FileUpload)
            return await UploadAsync(call, cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (call.Operation == Operation.FileList)
                return List(call);
            if (_objects.Find(call.Id) is not { } file)
                return Refuse(call, new Refusal(404, "not_found_error", $"No such object: {call.Id}"));
            if (call.Operation == Operation.FileDelete)
            {
                _objects.Delete(file);
                State.Commit();
                return new SandboxResponse { Status = 204 };
            }

            return call.Query("alt") == "media" ? Download(file, call) : Exit.Json(200, JsonBytes.Of(writer => _objects.Write(writer, file)));
        }
    }

    // A slash inside a name comes escaped over HTTP, where it stays so.
    private static string NameOf(string bucket, string[] name) => $"{bucket}/{string.Join('/', name).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)}";

    private string RootOf(Call call) => call.Request.RootOf(Name) ?? "";

    private async Task<SandboxResponse> UploadAsync(Call call, CancellationToken cancellationToken)
    {
        var (response, refusal, done) = await _uploads.HandleAsync(call, RootOf(call), cancellationToken).ConfigureAwait(false);
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            if (refusal is not null)
                return Refuse(call, refusal);
            if (done is not { } whole)
                return response ?? Exit.Json(200, []);
            var file = _objects.Add(call, whole.Name, whole.ContentType, whole.Content);
            return Applied(call, FaultName.CreateReplyLost, Exit.Json(200, JsonBytes.Of(writer => _objects.Write(writer, file))));
        }
    }

    private SandboxResponse List(Call call)
    {
        var size = int.TryParse(call.Query("maxResults"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1_000) : 1_000;
        var skip = int.TryParse(call.Query("pageToken"), NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token : 0;
        var found = _objects.List($"{call.Id}/{call.Query("prefix")}").Skip(skip).Take(size + 1).ToList();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteString("kind", "storage#objects");
            if (found.Count == 0)
                return;
            writer.WriteStartArray("items");
            foreach (var file in found.Take(size))
            {
                writer.WriteStartObject();
                _objects.Write(writer, file);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (found.Count > size)
                writer.WriteString("nextPageToken", (skip + size).ToString(CultureInfo.InvariantCulture));
        }));
    }

    private SandboxResponse Download(StoredFile file, Call call)
    {
        if (file.Batch > 0)
        {
            var batch = State.Batches[file.Batch - 1];
            Shape(batch, call);
            var lines = new VertexResults(State).Lines(batch, CutsLast(call));
            State.Commit();
            return Exit.Produced(file.Purpose, lines.WriteAsync);
        }

        if (file.Content is not { } content)
            return Exit.Json(200, []);
        var (from, to) = RangeOf(call, content.Length);
        if (from > to)
            return Refuse(call, new Refusal(416, "invalid_request_error", "Request range not satisfiable"));
        var length = content.Length == 0 ? 0 : to - from + 1;
        var response = new SandboxResponse
        {
            Status = length == content.Length ? 200 : 206,
            WriteBody = async (target, cancellationToken) =>
            {
                var reader = new ContentReader(content);
                for (var at = from; at < from + length; at += Content.BlockBytes)
                    await target.WriteAsync(reader.Slice(at, (int)Math.Min(Content.BlockBytes, from + length - at)), cancellationToken).ConfigureAwait(false);
            },
        };
        response.Headers["Content-Type"] = file.Purpose;
        if (length == content.Length)
            response.Headers["x-goog-hash"] = _objects.Hash(file, content);
        response.Headers["Content-Length"] = length.ToString(CultureInfo.InvariantCulture);
        return response;
    }

    private static (long From, long To) RangeOf(Call call, long length)
    {
        var whole = (0L, Math.Max(0, length - 1));
        if (call.Request.Header("Range") is not { } range || !range.StartsWith("bytes=", StringComparison.Ordinal))
            return whole;
        var ends = range["bytes=".Length..].Split('-');
        return ends.Length == 2 && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            ? (from, Math.Min(length - 1, long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var to) ? to : length - 1))
            : whole;
    }
}
