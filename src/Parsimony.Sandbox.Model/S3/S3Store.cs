using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace Parsimony.Sandbox.Model;

/// <summary>Objects and unfinished uploads, as stored files named <c>bucket/key</c>. All calls hold the world's lock.</summary>
internal sealed class S3Store(WorldState state)
{
    public const string Object = "object";

    /// <summary>The records a job wrote; made when they are read.</summary>
    public const string Records = "records";

    /// <summary>The counts a job wrote.</summary>
    public const string Manifest = "manifest";

    private const string Upload = "upload";
    private const string CheckedUpload = "checked upload";
    private const string PartPrefix = "part:";
    private const int SmallestPart = 5 * 1024 * 1024;

    public static string TagOf(ReadOnlySpan<byte> bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";

    /// <summary>The newest object of a name; null when there is none.</summary>
    public StoredFile? Find(string name) => state.Files.FindLast(file => file.Name == name && IsObject(file));

    public void Put(Call call, string name, ReadOnlySpan<byte> bytes)
    {
        using var writer = state.NewContent();
        writer.Write(bytes);
        Add(call, name, Object, writer.Finish());
    }

    public string Begin(Call call, string name) => Add(call, name, call.Request.Header("x-amz-checksum-algorithm") == "CRC32C" ? CheckedUpload : Upload, null).Id;

    /// <summary>Whether an upload's parts bring their CRC-32C.</summary>
    public bool IsChecked(string upload) => state.FilesById.TryGetValue(upload, out var file) && file.Purpose == CheckedUpload;

    public bool Part(Call call, string name, string upload, string number, ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen(name, upload) || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place) || place is < 1 or > 10_000)
            return false;
        using var writer = state.NewContent();
        writer.Write(bytes);
        Remove(file => file.Purpose == PartPrefix + upload && file.Name == number);
        Add(call, number, PartPrefix + upload, writer.Finish());
        return true;
    }

    /// <summary>The tag of the object the listed parts make; null when one of them is missing, has another tag or checksum, or is too small.</summary>
    public string? Complete(Call call, string name, string upload, byte[] list)
    {
        if (!IsOpen(name, upload) || Listed(list) is not { Count: > 0 } listed)
            return null;
        using var writer = state.NewContent();
        for (var i = 0; i < listed.Count; i++)
        {
            var (number, tag, checksum) = listed[i];
            if (state.Files.FindLast(file => !file.IsDeleted && file.Purpose == PartPrefix + upload && file.Name == number) is not { Content: { } content } || !IsNext(listed, i))
                return null;
            var bytes = new ContentReader(content).Slice(0, (int)content.Length);
            if (TagOf(bytes) != tag || (IsChecked(upload) && S3Checksum.Of(bytes) != checksum) || (bytes.Length < SmallestPart && i < listed.Count - 1))
                return null;
            writer.Write(bytes);
        }

        Add(call, name, Object, writer.Finish());
        Abort(name, upload);
        return $"\"{StableHash.Of(upload):x16}-{listed.Count}\"";
    }

    public void Abort(string name, string upload) =>
        Remove(file => file.Purpose == PartPrefix + upload || (file.Id == upload && file.Name == name));

    public void Delete(string name) => Remove(file => file.Name == name && IsObject(file));

    /// <summary>Keys below a prefix, a page of at most 1,000 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, read 2026-11-21).</summary>
    public SandboxResponse List(Call call, string bucket)
    {
        var most = int.TryParse(call.Query("max-keys"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1_000) : 1_000;
        var start = $"{bucket}/{call.Query("prefix")}";
        var after = call.Query("continuation-token");
        var names = state.Files.Where(file => IsObject(file) && file.Name.StartsWith(start, StringComparison.Ordinal)).Select(file => file.Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Where(name => after is null || string.CompareOrdinal(name, after) > 0).Take(most + 1).ToList();
        var page = names.Take(most).ToList();
        var text = new StringBuilder();
        text.Append(S3Xml.Text("Name", bucket)).Append(S3Xml.Text("Prefix", call.Query("prefix") ?? "")).Append(S3Xml.Text("KeyCount", page.Count.ToString(CultureInfo.InvariantCulture)));
        text.Append(S3Xml.Text("IsTruncated", names.Count > most ? "true" : "false"));
        if (names.Count > most)
            text.Append(S3Xml.Text("NextContinuationToken", page[^1]));
        foreach (var name in page)
            text.Append("<Contents>").Append(S3Xml.Text("Key", name[(bucket.Length + 1)..])).Append(S3Xml.Text("StorageClass", "STANDARD")).Append("</Contents>");
        return S3Xml.Reply(200, S3Xml.Element("ListBucketResult", text.ToString()));
    }

    private static bool IsObject(StoredFile file) => file is { Provider: S3Api.ProviderName, IsDeleted: false, Purpose: Object or Records or Manifest };

    private static bool IsNext(List<(string Number, string Tag, string Checksum)> listed, int i) =>
        i == 0 || int.Parse(listed[i].Number, CultureInfo.InvariantCulture) > int.Parse(listed[i - 1].Number, CultureInfo.InvariantCulture);

    private static List<(string Number, string Tag, string Checksum)>? Listed(byte[] document)
    {
        try
        {
            var xml = new XmlDocument { XmlResolver = null };
            xml.Load(new MemoryStream(document));
            return [.. xml.GetElementsByTagName("Part").OfType<XmlElement>().Select(part => (Leaf(part, "PartNumber"), Leaf(part, "ETag"), Leaf(part, "ChecksumCRC32C")))];
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string Leaf(XmlElement part, string name) => part[name]?.InnerText ?? "";

    private bool IsOpen(string name, string upload) => state.FilesById.TryGetValue(upload, out var file) && file is { Purpose: Upload or CheckedUpload, IsDeleted: false } && file.Name == name;

    private void Remove(Predicate<StoredFile> what)
    {
        foreach (var file in state.Files.FindAll(file => file.Provider == S3Api.ProviderName && !file.IsDeleted && what(file)))
        {
            file.IsDeleted = true;
            state.Note(file);
        }
    }

    private StoredFile Add(Call call, string name, string purpose, Content? content)
    {
        if (purpose == Object)
            Delete(name);
        var number = state.Files.Count + 1;
        var file = new StoredFile
        {
            Number = number,
            Id = state.NewId("s3", "file", number),
            Name = name,
            Provider = S3Api.ProviderName,
            Purpose = purpose,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            Content = content,
            ContentNumber = content?.Number ?? 0,
            ContentLength = content?.Length ?? 0,
        };
        state.Add(file);
        return file;
    }
}
