namespace Parsimony.Cli;

/// <summary>Tells what kind of input a path is.</summary>
internal static class InputOpener
{
    /// <summary>Opens an input by what it is: a folder, CSV by its ending, an OpenAI batch file by its first line, else JSON Lines.</summary>
    /// <exception cref="InputException">There is nothing at the path, or it cannot be read.</exception>
    public static async Task<IInput> OpenAsync(string path, string idField, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return new FolderInput(path);
        }

        if (!File.Exists(path))
        {
            throw new InputException(path, null, "no such file or folder.");
        }

        try
        {
            if (Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
            {
                return new CsvInput(path, idField);
            }

            return await BatchFileInput.IsBatchFileAsync(path, cancellationToken).ConfigureAwait(false) ? new BatchFileInput(path) : new JsonlInput(path, idField);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException(path, null, "cannot be read; check its permissions.");
        }
    }
}
