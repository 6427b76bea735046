using System.Security.Cryptography;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// An append-only file of records, one a line: the first bytes of the record's SHA-256, a blank, the record's JSON. A last line that a kill cut
/// short fails its sum and is dropped. Records are handed to the operating system before a reply leaves; a power failure may lose the last ones.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const int SumCharacters = 16;

    private readonly FileStream _file;
    private readonly string _contents;

    public JournalFile(string path)
    {
        _contents = path + ".contents";
        Directory.CreateDirectory(_contents);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 1);
    }

    public string ContentPath(int number) => Path.Combine(_contents, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Reads the whole records and cuts off what follows them.</summary>
    public IEnumerable<JournalRecord> ReadAll()
    {
        long whole = 0;
        var content = new FileContent(_file.Name) { Length = _file.Length };
        foreach (var (offset, line) in ContentLines.Read(content))
        {
            if (offset + line.Length >= content.Length || Parse(line) is not { } record)
                break;
            whole = offset + line.Length + 1;
            yield return record;
        }

        _file.SetLength(whole);
        _file.Seek(0, SeekOrigin.End);
    }

    public void Append(JournalRecord record)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, JournalJson.Default.JournalRecord);
        var line = new byte[SumCharacters + 1 + json.Length + 1];
        WriteSum(json, line);
        line[SumCharacters] = (byte)' ';
        json.CopyTo(line, SumCharacters + 1);
        line[^1] = (byte)'\n';
        _file.Write(line);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private static JournalRecord? Parse(byte[] line)
    {
        if (line.Length <= SumCharacters + 1)
            return null;
        var json = line.AsSpan(SumCharacters + 1);
        Span<byte> sum = stackalloc byte[SumCharacters];
        WriteSum(json, sum);
        return sum.SequenceEqual(line.AsSpan(0, SumCharacters)) ? JsonSerializer.Deserialize(json, JournalJson.Default.JournalRecord) : null;
    }

    private static void WriteSum(ReadOnlySpan<byte> json, Span<byte> target)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        Convert.TryToHexStringLower(hash[..(SumCharacters / 2)], target, out _);
    }
}
