using System.Text;
using Parsimony.Providers.Tests;

namespace Parsimony.Providers.Aws.Tests;

public sealed class EventStreamReaderTests
{
    // One message with the headers :event-type = chunk and n = 7 (int) and the payload {"a":1}, put together by hand with zlib's crc32.
    private const string Sample = "AAAAMgAAABs0pv1jCzpldmVudC10eXBlBwAFY2h1bmsBbgQAAAAHeyJhIjoxfQpj9t4=";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_checksum_is_that_of_zip()
    {
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));
        // As Python's zlib.crc32 has it, over several steps of eight and a rest.
        Assert.Equal(0x414FA339u, Crc32.Of("The quick brown fox jumps over the lazy dog"u8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Reads_messages_however_they_are_cut(int piece)
    {
        var bytes = Convert.FromBase64String(Sample);
        using var stream = new PiecewiseStream([.. bytes, .. bytes], piece);

        var messages = await EventStreamReader.ReadAsync(stream, Token).ToListAsync(Token);

        Assert.Equal(2, messages.Count);
        Assert.All(messages, message =>
        {
            Assert.Equal("chunk", message.Name);
            Assert.Equal("event", message.Kind);
            Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(message.Payload.Span));
            Assert.False(message.Headers.ContainsKey("n"));
        });
    }

    [Fact]
    public async Task Every_flipped_bit_is_noticed()
    {
        var whole = Convert.FromBase64String(Sample);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            using var stream = new MemoryStream(bytes);

            await Assert.ThrowsAsync<InvalidDataException>(async () => await EventStreamReader.ReadAsync(stream, Token).ToListAsync(Token));
        }
    }

    [Fact]
    public async Task A_stream_cut_inside_a_message_is_told()
    {
        var whole = Convert.FromBase64String(Sample);
        for (var length = 1; length < whole.Length; length++)
        {
            using var stream = new MemoryStream(whole[..length]);

            await Assert.ThrowsAsync<EndOfStreamException>(async () => await EventStreamReader.ReadAsync(stream, Token).ToListAsync(Token));
        }
    }
}
