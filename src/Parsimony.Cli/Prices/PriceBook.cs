namespace Parsimony.Cli;

/// <summary>The prices a command works with: the listed ones, and a file of the user's own over them.</summary>
internal static class PriceBook
{
    /// <summary>Opens what an option names, else what the configuration or the environment does.</summary>
    /// <exception cref="UserException">A file cannot be read or meant; every fault found is named.</exception>
    public static PriceList Open(string? option, string? config) => Open(Path(option, config));

    /// <summary>The listed prices, with a file over them.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="faultCode">What a command ends with when the file's content is faulty.</param>
    /// <exception cref="UserException">It cannot be read or meant; every fault found is named.</exception>
    public static PriceList Open(string? path, int faultCode = ExitCode.BadInput)
    {
        if (path is null)
        {
            return PriceList.Default;
        }

        try
        {
            using var file = File.OpenRead(path);
            return PriceList.Default.WithFiles([file]);
        }
        catch (DataFileException exception)
        {
            throw new UserException(exception.Message, faultCode);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserException($"The price file {path} cannot be read: {exception.Message}");
        }
    }

    /// <summary>The file that is meant; null for none.</summary>
    /// <exception cref="UserException">The configuration cannot be meant.</exception>
    public static string? Path(string? option, string? config) =>
        option ?? Session.Configure(new SessionOptions { Config = config, NeedsProviders = false }).PricesFile;
}
