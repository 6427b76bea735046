using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Objects by bucket and name, with the checksums clients compare (https://docs.cloud.google.com/storage/docs/json_api/v1/objects, read 2026-11-21).</summary>
internal sealed class GcsObjects(WorldState state)
{
    public const string Provider = "gcs";

    private readonly Dictionary<int, (string Md5, string Crc32C)> _sums = [];

    /// <summary>The object of a name, <c>bucket/name</c>; null when there is none.</summary>
    public StoredFile? Find(string name) => Find(state, name);

    /// <summary>The same, for those who read objects without being the store.</summary>
    public static StoredFile? Find(WorldState state, string name) => state.Files.FindLast(file => file.Provider == Provider && file.Name == name && !file.IsDeleted);

    /// <summary>Keeps an object; one of the same name is replaced.</summary>
    public StoredFile Add(Call call, string name, string contentType, Content content)
    {
        if (Find(name) is { } old)
            Delete(old);
        var number = state.Files.Count + 1;
        var file = new StoredFile
        {
            Number = number,
            Id = state.NewId("obj", "object", number),
            Name = name,
            Provider = Provider,
            Purpose = contentType,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            Skew = call.Skew,
            Content = content,
            ContentNumber = content.Number,
            ContentLength = content.Length,
        };
        state.Add(file);
        return file;
    }

    public void Delete(StoredFile file)
    {
        file.IsDeleted = true;
        state.Note(file);
    }

    /// <summary>Objects whose name begins with a prefix, by name.</summary>
    public IEnumerable<StoredFile> List(string prefix) => state.Files
        .Where(file => file.Provider == Provider && !file.IsDeleted && file.Name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(file => file.Name, StringComparer.Ordinal);

    public void Write(Utf8JsonWriter writer, StoredFile file)
    {
        var slash = file.Name.IndexOf('/', StringComparison.Ordinal);
        writer.WriteString("kind", "storage#object");
        writer.WriteString("id", $"{file.Name}/{file.Number}");
        writer.WriteString("bucket", file.Name[..slash]);
        writer.WriteString("name", file.Name[(slash + 1)..]);
        writer.WriteString("generation", file.Number.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("contentType", file.Purpose);
        writer.WriteString("timeCreated", GeminiWire.Time(file.CreatedAt + file.Skew));
        if (file.Content is not { } content)
            return;
        writer.WriteString("size", file.ContentLength.ToString(CultureInfo.InvariantCulture));
        var (md5, crc) = Sums(file.Number, content);
        writer.WriteString("md5Hash", md5);
        writer.WriteString("crc32c", crc);
    }

    /// <summary>Both checksums, as a download's header tells them.</summary>
    public string Hash(StoredFile file, Content content)
    {
        var (md5, crc) = Sums(file.Number, content);
        return $"crc32c={crc},md5={md5}";
    }

    private (string Md5, string Crc32C) Sums(int number, Content content)
    {
        if (_sums.TryGetValue(number, out var known))
            return known;
        var buffer = new byte[(int)Math.Min(Content.BlockBytes, Math.Max(1, content.Length))];
        var crc = uint.MaxValue;
        // The checksum the API gives is MD5; nothing is protected by it.
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        for (long at = 0; at < content.Length; at += Content.BlockBytes)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(Content.BlockBytes, content.Length - at));
            content.ReadBlock((int)(at / Content.BlockBytes), part);
            md5.AppendData(part);
            foreach (var value in part)
                crc = BitOperations.Crc32C(crc, value);
        }

        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return _sums[number] = (Convert.ToBase64String(md5.GetHashAndReset()), Convert.ToBase64String(bytes));
    }
}
