using System.Buffers.Binary;
using System.IO.Compression;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class SimulatedMediaTests
{
    [Fact]
    public void Draws_a_png_of_the_size_asked_for()
    {
        var png = SimulatedPng.Draw("a red fox", 64, 48);

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal(64, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(48, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        var data = png.AsSpan().IndexOf("IDAT"u8);
        var size = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(data - 4));
        using var zlib = new ZLibStream(new MemoryStream(png, data + 4, size), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal(48 * 65, rows.Length);
    }

    [Fact]
    public void Closes_a_png_with_the_published_checksum_of_an_empty_end_chunk()
    {
        // The IEND chunk is the same in every PNG: length 0, its name, checksum AE 42 60 82.
        Assert.Equal([0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82], SimulatedPng.Draw("x", 1, 1)[^12..]);
    }

    [Fact]
    public void Draws_different_prompts_in_different_colours() =>
        Assert.NotEqual(SimulatedPng.Draw("a red fox", 8, 8), SimulatedPng.Draw("a blue whale", 8, 8));

    [Fact]
    public void Embeds_to_a_unit_vector_and_puts_similar_texts_nearer()
    {
        var refund = HashEmbedding.Embed("I want a refund for my order", 256);
        var refunds = HashEmbedding.Embed("Please refund my last order", 256);
        var weather = HashEmbedding.Embed("Heavy snow is expected in the mountains tonight", 256);

        Assert.Equal(1, refund.Sum(v => (double)v * v), 4);
        Assert.True(Dot(refund, refunds) > Dot(refund, weather) + 0.1);
        Assert.Equal(1, HashEmbedding.Embed("", 16).Sum(v => v * v), 4);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("12345678", 2)]
    [InlineData("123456789", 3)]
    public void Counts_about_four_characters_a_token(string text, int tokens) => Assert.Equal(tokens, TokenCounter.Count(text));

    private static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
