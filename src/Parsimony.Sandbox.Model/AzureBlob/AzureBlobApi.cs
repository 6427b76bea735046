using System.Globalization;
using System.Security;
using System.Text;
using System.Xml;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// The part of Azure's blob service that batches need: blocks, block lists, whole blobs, reads and deletes. Every container exists
/// (https://learn.microsoft.com/rest/api/storageservices/{put-block,put-block-list,get-blob,delete-blob}, read 2026-11-21).
/// </summary>
internal sealed class AzureBlobApi(WorldState state, BatchEngine engine, Twin twin) : ProviderApi(state, engine, twin)
{
    public const string ProviderName = "azblob";
    private const string Blob = "blob";
    private const string BlockPrefix = "block:";

    public static Twin Twin { get; } = new(ProviderName, "", [], null, static (state, engine, twin) => new AzureBlobApi(state, engine, twin));

    private readonly OpenAIResults _results = new(state, OpenAIShapes.Azure);

    /// <summary>The newest blob of a name such as <c>container/folder/name</c>; null when there is none.</summary>
    public static StoredFile? Find(WorldState state, string name) =>
        state.Files.FindLast(file => file is { Provider: ProviderName, IsDeleted: false } && file.Name == name && !file.Purpose.StartsWith(BlockPrefix, StringComparison.Ordinal));

    /// <summary>The name of the blob an address means.</summary>
    public static string? NameOf(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')) : null;

    /// <summary>Puts one side of a batch's results where it can be read.</summary>
    public static void AddResults(WorldState state, BatchState batch, string name, bool errors, DateTimeOffset at) =>
        state.Add(NewFile(state, name, Blob, at, null, batch.Number, errors));

    public override (string Operation, string Id)? Route(string method, string[] path) => (method, path.Length) switch
    {
        ("PUT", > 1) => (Operation.FileUpload, path[^1]),
        ("GET", > 1) => (Operation.FileContent, path[^1]),
        ("HEAD", > 1) => (Operation.FileGet, path[^1]),
        ("DELETE", > 1) => (Operation.FileDelete, path[^1]),
        _ => null,
    };

    public override string? KeyOf(SandboxRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    public override SandboxResponse Refuse(Refusal refusal, ulong chance)
    {
        var (status, code) = refusal switch
        {
            { Type: "authentication_error" } => (401, "AuthenticationFailed"),
            { Status: 404 } => (404, "BlobNotFound"),
            { Status: 429 or 503 } => (503, "ServerBusy"),
            { Status: >= 500 } => (refusal.Status, "InternalError"),
            _ => (refusal.Status, "InvalidInput"),
        };
        var text = $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{SecurityElement.Escape(refusal.Message)}</Message></Error>";
        var response = new SandboxResponse { Status = status, WriteBody = (target, cancellationToken) => target.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask() };
        response.Headers["Content-Type"] = "application/xml";
        response.Headers["x-ms-request-id"] = $"{chance:x16}";
        return response;
    }

    public override async Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Request.Header("x-ms-version") is null)
            return Refuse(call, Refusal.Invalid("The x-ms-version header is missing: tokens need one."));
        using var writer = State.NewContent();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await call.Request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            writer.Write(buffer.AsSpan(0, read));
        lock (State.Gate)
        {
            Engine.Advance(call.Now);
            var name = call.Request.Path.Trim('/');
            return call.Operation switch
            {
                Operation.FileUpload => Put(call, name, writer),
                Operation.FileDelete => Delete(call, name),
                _ => Read(call, name),
            };
        }
    }

    private SandboxResponse Put(Call call, string name, ContentWriter writer)
    {
        switch (call.Query("comp"))
        {
            case null:
                Replace(name, Blob, writer.Finish(), call.Now);
                break;
            case "block" when call.Query("blockid") is { Length: > 0 } id:
                Replace(name, BlockPrefix + id, writer.Finish(), call.Now);
                break;
            case "blocklist" when Listed(new ContentReader(writer.Finish()).Slice(0, (int)writer.Length)) is { } ids:
                if (Join(name, ids) is not { } whole)
                    return Refuse(call, Refusal.Invalid("A block of the list was never put."));
                Replace(name, Blob, whole, call.Now);
                break;
            default:
                return Refuse(call, Refusal.Invalid("This kind of put is not known here."));
        }

        State.Commit();
        return new SandboxResponse { Status = 201 };
    }

    private Content? Join(string name, List<string> ids)
    {
        using var writer = State.NewContent();
        foreach (var id in ids)
        {
            if (State.Files.FindLast(file => file is { Provider: ProviderName, IsDeleted: false } && file.Name == name && file.Purpose == BlockPrefix + id) is not { Content: { } block })
                return null;
            writer.Write(new ContentReader(block).Slice(0, (int)block.Length));
        }

        return writer.Finish();
    }

    private static List<string>? Listed(byte[] document)
    {
        try
        {
            var xml = new XmlDocument { XmlResolver = null };
            xml.Load(new MemoryStream(document));
            return [.. xml.GetElementsByTagName("Latest").OfType<XmlElement>().Select(block => block.InnerText)];
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private void Replace(string name, string purpose, Content content, DateTimeOffset at)
    {
        foreach (var file in State.Files.FindAll(file => file is { Provider: ProviderName, IsDeleted: false } && file.Name == name && (file.Purpose == purpose || purpose == Blob)))
        {
            file.IsDeleted = true;
            State.Note(file);
        }

        State.Add(NewFile(State, name, purpose, at, content));
    }

    private static StoredFile NewFile(WorldState state, string name, string purpose, DateTimeOffset at, Content? content, int batch = 0, bool holdsErrors = false)
    {
        var number = state.Files.Count + 1;
        return new StoredFile
        {
            Number = number,
            Id = state.NewId("blob-", "file", number),
            Name = name,
            Provider = ProviderName,
            Purpose = purpose,
            CreatedAt = at,
            Content = content,
            ContentNumber = content?.Number ?? 0,
            ContentLength = content?.Length ?? 0,
            Batch = batch,
            HoldsErrors = holdsErrors,
        };
    }

    private SandboxResponse Delete(Call call, string name)
    {
        if (Find(State, name) is not { } file)
            return Refuse(call, Refusal.Missing("blob"));
        file.IsDeleted = true;
        State.Note(file);
        State.Commit();
        return new SandboxResponse { Status = 202 };
    }

    private SandboxResponse Read(Call call, string name)
    {
        if (Find(State, name) is not { } file)
            return Refuse(call, Refusal.Missing("blob"));
        if (file.Batch == 0)
        {
            var whole = Exit.Produced("application/octet-stream", file.Content is { } content ? content.CopyToAsync : static (_, _) => Task.CompletedTask);
            whole.Headers["Content-Length"] = file.ContentLength.ToString(CultureInfo.InvariantCulture);
            return whole;
        }

        var batch = State.Batches[file.Batch - 1];
        if (!file.HoldsErrors || batch.Done.All(done => done.End != ItemEnd.Succeeded))
            Shape(batch, call);
        var lines = _results.Lines(file, CutsLast(call));
        State.Commit();
        return Exit.Produced("application/octet-stream", lines.WriteAsync);
    }
}
