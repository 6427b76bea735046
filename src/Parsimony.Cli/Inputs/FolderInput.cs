using System.Globalization;
using System.Runtime.CompilerServices;

namespace Parsimony.Cli;

/// <summary>A folder of texts or images, one row a file, by name. A template can name <c>{{text}}</c> and <c>{{name}}</c>; an image or PDF goes with the prompt.</summary>
internal sealed class FolderInput(string path) : IInput
{
    private const long MaxFileBytes = 32L * 1024 * 1024;

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".pdf"] = "application/pdf",
    };

    public string Path => path;

    public bool IsVerbatim => false;

    public async IAsyncEnumerable<(InputRow? Row, InputException? Fault)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            number++;
            var name = System.IO.Path.GetRelativePath(path, file).Replace('\\', '/');
            if (name.Split('/').Any(part => part.StartsWith('.')))
            {
                continue;
            }

            if (new FileInfo(file).Length > MaxFileBytes)
            {
                yield return (null, new InputException(file, null, $"over {MaxFileBytes / 1024 / 1024} MB; make it smaller."));
                continue;
            }

            yield return await ReadAsync(file, name, number, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(InputRow? Row, InputException? Fault)> ReadAsync(string file, string name, long number, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = name,
            ["bytes"] = bytes.Length.ToString(CultureInfo.InvariantCulture),
            ["text"] = "",
        };
        if (MediaTypes.TryGetValue(System.IO.Path.GetExtension(file), out var mediaType))
        {
            return (new InputRow(name, number, fields) { Attachment = new ChatPart.Data(mediaType, bytes, System.IO.Path.GetFileName(file)) }, null);
        }

        try
        {
            fields["text"] = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            return (new InputRow(name, number, fields), null);
        }
        catch (ArgumentException)
        {
            return (null, new InputException(file, null, $"neither UTF-8 text nor one of {string.Join(", ", MediaTypes.Keys)}."));
        }
    }
}
