using System.Text;

namespace Parsimony.Cli.Tests;

public sealed class InputReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-input-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Reads_CSV_with_quotes_commas_and_line_ends_inside_quotes()
    {
        var rows = await ReadAsync("in.csv", "\uFEFFid,text,note\r\n1,\"a, \"\"b\"\"\r\nc\",\n\n2,\"\",x\r\n");

        Assert.Equal(["1", "2"], rows.Select(row => row.Row?.Id));
        Assert.Equal([2L, 5L], rows.Select(row => row.Row?.Line ?? 0));
        Assert.Equal("a, \"b\"\nc", rows[0].Row?.Fields["text"]);
        Assert.Equal("", rows[0].Row?.Fields["note"]);
        Assert.Equal("x", rows[1].Row?.Fields["note"]);
    }

    [Theory]
    [InlineData("id,text\n1,a,b\n", "in.csv:2: 3 fields where the header has 2")]
    [InlineData("id,id\n1,a\n", "in.csv:1: two columns have the same name")]
    [InlineData("id,text\n1,a\n2,\"b\nc\n", "in.csv:3: a quoted field is never closed")]
    public async Task Says_where_CSV_is_faulty(string text, string message)
    {
        var rows = await ReadAsync("in.csv", text);

        Assert.Contains(message, Assert.Single(rows, row => row.Fault is not null).Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_JSON_lines_past_a_BOM_and_blank_lines_and_counts_them()
    {
        var rows = await ReadAsync("in.jsonl", "\uFEFF{\"id\":\"a\",\"n\":1.50}\r\n\n  \n{\"id\":7,\"o\":{\"x\":[1]},\"z\":null}");

        Assert.Equal(["a", "7"], rows.Select(row => row.Row?.Id));
        Assert.Equal([1L, 4L], rows.Select(row => row.Row?.Line ?? 0));
        Assert.Equal("1.50", rows[0].Row?.Fields["n"]);
        Assert.Equal("""{"x":[1]}""", rows[1].Row?.Fields["o"]);
        Assert.Equal("", rows[1].Row?.Fields["z"]);
    }

    [Fact]
    public async Task Goes_on_after_a_faulty_line()
    {
        var rows = await ReadAsync("in.jsonl", "{\"id\":\"a\"}\n{oops\n[1]\n{\"id\":\"b\"}\n");

        Assert.Equal(["a", "b"], rows.Where(row => row.Row is not null).Select(row => row.Row?.Id));
        Assert.Contains("in.jsonl:2: not valid JSON", rows[1].Fault?.Message, StringComparison.Ordinal);
        Assert.Contains("in.jsonl:3: not a JSON object", rows[2].Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_rows_by_their_line_when_told_so_or_when_they_have_no_id()
    {
        var path = Write("in.jsonl", "{\"id\":\"a\"}\n{\"text\":\"b\"}\n");

        Assert.Equal(["a", "line-2"], (await ReadAsync(new JsonlInput(path, "id"))).Select(row => row.Row?.Id));
        Assert.Equal(["line-1", "line-2"], (await ReadAsync(new JsonlInput(path, InputFields.ByLine))).Select(row => row.Row?.Id));
    }

    [Fact]
    public async Task Skips_a_line_over_the_limit_and_reads_the_next()
    {
        var path = Path.Combine(_folder.FullName, "in.jsonl");
        await using (var file = File.Create(path))
        {
            file.Write("{\"id\":\"a\"}\n{\"id\":\""u8);
            var part = new byte[1 << 20];
            Array.Fill(part, (byte)'x');
            for (var written = 0; written <= LineReader.MaxLineBytes; written += part.Length)
            {
                file.Write(part);
            }

            file.Write("\"}\n{\"id\":\"b\"}"u8);
        }

        var rows = await ReadAsync(new JsonlInput(path, "id"));

        Assert.Equal(["a", null, "b"], rows.Select(row => row.Row?.Id));
        Assert.Contains("in.jsonl:2: the line is over 64 MB", rows[1].Fault?.Message, StringComparison.Ordinal);
        Assert.Equal(3, rows[2].Row?.Line);
    }

    [Fact]
    public async Task Reads_lines_longer_than_any_buffer_whole()
    {
        var text = new string('y', 3_000_000);

        var rows = await ReadAsync("in.jsonl", $$"""{"id":"a","text":"{{text}}"}""" + "\n{\"id\":\"b\"}\n");

        Assert.Equal(text, rows[0].Row?.Fields["text"]);
        Assert.Equal("b", rows[1].Row?.Id);
    }

    [Fact]
    public async Task Reads_a_folder_by_name_with_images_as_attachments_and_hidden_files_left_out()
    {
        Write("f/b.txt", "two");
        Write("f/a/one.md", "\uFEFFone");
        Write("f/.hidden", "no");
        Write("f/.git/x.txt", "no");
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "f/c.PNG"), [1, 2, 3], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "f/d.bin"), [0xff, 0xfe, 0xfd], TestContext.Current.CancellationToken);

        var rows = await ReadAsync(new FolderInput(Path.Combine(_folder.FullName, "f")));

        Assert.Equal(["a/one.md", "b.txt", "c.PNG", null], rows.Select(row => row.Row?.Id));
        Assert.Equal("one", rows[0].Row?.Fields["text"]);
        Assert.Equal("image/png", Assert.IsType<ChatPart.Data>(rows[2].Row?.Attachment).MediaType);
        Assert.Contains("d.bin: neither UTF-8 text nor one of", rows[3].Fault?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}""", "no custom_id")]
    [InlineData("""{"custom_id":"a","method":"GET","url":"/v1/chat/completions","body":{"model":"m"}}""", "method 'GET'")]
    [InlineData("""{"custom_id":"a","url":"/v1/audio","body":{"model":"m"}}""", "url '/v1/audio'; use one of /v1/chat/completions")]
    [InlineData("""{"custom_id":"a","url":"/v1/responses"}""", "no body")]
    [InlineData("""{"custom_id":"a","url":"/v1/responses","body":{}}""", "the body names no model")]
    [InlineData("[]", "no custom_id")]
    public async Task Says_what_a_line_of_a_batch_file_lacks(string line, string message)
    {
        var path = Write("batch.jsonl", """{"custom_id":"1","method":"POST","url":"/v1/responses","body":{"model":"m"}}""" + "\n" + line + "\n");

        var input = await InputOpener.OpenAsync(path, "id", TestContext.Current.CancellationToken);
        var rows = await ReadAsync(input);

        Assert.IsType<BatchFileInput>(input);
        Assert.Contains($"batch.jsonl:2: {message}", rows[1].Fault?.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    private async Task<List<(InputRow? Row, InputException? Fault)>> ReadAsync(string name, string text) =>
        await ReadAsync(await InputOpener.OpenAsync(Write(name, text), "id", TestContext.Current.CancellationToken));

    private static async Task<List<(InputRow? Row, InputException? Fault)>> ReadAsync(IInput input)
    {
        var rows = new List<(InputRow? Row, InputException? Fault)>();
        await foreach (var row in input.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }
}
