namespace Parsimony.Providers.Aws;

/// <summary>
/// Result records while they are downloaded, without the echoed input: each is as long as its prompt, pictures and all, and nobody reads it. In its place stands a 0. What is no JSON
/// goes through as it is; every line begins anew. Not thread safe.
/// </summary>
internal sealed class EchoFilter(Stream inner) : Stream
{
    private int _depth;
    private int _matched;
    private bool _isInText;
    private bool _isEscaped;
    private bool _isName;
    private bool _expectsValue;
    private bool _isSkipping;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private static ReadOnlySpan<byte> Name => "modelInput"u8;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            var kept = read == 0 ? 0 : Filter(buffer.Span[..read]);
            if (kept > 0 || read == 0)
            {
                return kept;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // What is kept moves to the front; it is never more than what came, for a value has a byte at least.
    private int Filter(Span<byte> bytes)
    {
        var kept = 0;
        foreach (var b in bytes)
        {
            if (b == (byte)'\n')
            {
                (_depth, _isInText, _isEscaped, _isName, _expectsValue, _isSkipping) = (0, false, false, false, false, false);
                bytes[kept++] = b;
            }
            else if (_isInText)
            {
                ReadText(b);
                if (!_isSkipping)
                {
                    bytes[kept++] = b;
                }
            }
            else if (_expectsValue && b is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                (_expectsValue, _isSkipping) = (false, true);
                ReadMark(b);
                bytes[kept++] = (byte)'0';
            }
            else
            {
                _isSkipping &= _depth != 1 || b is not ((byte)',' or (byte)'}');
                ReadMark(b);
                if (!_isSkipping)
                {
                    bytes[kept++] = b;
                }
            }
        }

        return kept;
    }

    private void ReadText(byte b)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
        }
        else if (b == (byte)'\\')
        {
            (_isEscaped, _matched) = (true, -1);
        }
        else if (b == (byte)'"')
        {
            (_isInText, _isName) = (false, _depth == 1 && _matched == Name.Length);
        }
        else if (_matched >= 0)
        {
            _matched = _matched < Name.Length && Name[_matched] == b ? _matched + 1 : -1;
        }
    }

    private void ReadMark(byte b)
    {
        switch (b)
        {
            case (byte)'"':
                (_isInText, _matched, _isName) = (true, 0, false);
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            case (byte)'}' or (byte)']':
                _depth--;
                break;
            case (byte)':':
                (_expectsValue, _isName) = (_isName && !_isSkipping, false);
                break;
            default:
                break;
        }
    }
}
