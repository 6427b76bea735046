using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// A multipart/form-data body read as it arrives (RFC 7578): the file goes to a <see cref="ContentWriter"/>, the other fields are kept as text.
/// </summary>
internal sealed class MultipartUpload(Stream body, string boundary)
{
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxFieldBytes = 64 * 1024;

    private readonly byte[] _delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    public string? FileName { get; private set; }

    /// <summary>The boundary of a Content-Type header; null when it is not multipart/form-data.</summary>
    public static string? BoundaryOf(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return null;
        foreach (var part in contentType.Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("boundary=", StringComparison.OrdinalIgnoreCase))
                return part["boundary=".Length..].Trim('"');
        }

        return null;
    }

    /// <summary>Reads to the end; false when the body is not well formed or stops early.</summary>
    public async Task<bool> ReadAsync(ContentWriter file, CancellationToken cancellationToken)
    {
        // The first delimiter has no line break of its own before it.
        "\r\n"u8.CopyTo(_buffer);
        _end = 2;
        if (!await CopyPartAsync(null, null, cancellationToken).ConfigureAwait(false))
            return false;
        while (true)
        {
            var headers = await HeadersAsync(cancellationToken).ConfigureAwait(false);
            if (headers is null)
                return false;
            if (headers.Length == 0)
                return true;
            var name = Parameter(headers, "name");
            var fileName = Parameter(headers, "filename");
            var field = name == "file" ? null : new MemoryStream();
            if (name == "file")
                FileName = fileName ?? "upload.jsonl";
            if (!await CopyPartAsync(name == "file" ? file : null, field, cancellationToken).ConfigureAwait(false))
                return false;
            if (field is not null && name is not null)
                Fields[name] = Encoding.UTF8.GetString(field.ToArray());
        }
    }

    private static string? Parameter(string headers, string name)
    {
        var at = headers.IndexOf("; " + name + "=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var value = headers.AsSpan(at + name.Length + 3);
        var end = value.StartsWith("\"", StringComparison.Ordinal) ? value[1..].IndexOf('"') + 2 : value.IndexOfAny(";\r\n");
        return (end < 0 ? value : value[..end]).Trim('"').ToString();
    }

    // Returns "" at the closing delimiter, null when the body ends early.
    private async Task<string?> HeadersAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var window = _buffer.AsSpan(_start, _end - _start);
            if (window.StartsWith("--"u8))
            {
                while (await FillAsync(cancellationToken).ConfigureAwait(false))
                    _start = _end;
                return "";
            }

            var at = window.IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var text = Encoding.UTF8.GetString(window[..at]) + "\r\n";
                _start += at + 4;
                return text;
            }

            if (window.Length > MaxHeaderBytes || !await FillAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }
    }

    private async Task<bool> CopyPartAsync(ContentWriter? file, MemoryStream? field, CancellationToken cancellationToken)
    {
        while (true)
        {
            var window = _buffer.AsSpan(_start, _end - _start);
            var at = window.IndexOf(_delimiter);
            var safe = at >= 0 ? at : Math.Max(0, window.Length - _delimiter.Length + 1);
            file?.Write(window[..safe]);
            field?.Write(window[..safe]);
            if (field is { Length: > MaxFieldBytes })
                return false;
            _start += safe;
            if (at >= 0)
            {
                _start += _delimiter.Length;
                return true;
            }

            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
