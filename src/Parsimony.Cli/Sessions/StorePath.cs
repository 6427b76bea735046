namespace Parsimony.Cli;

/// <summary>Where a store is when the command line does not say.</summary>
internal static class StorePath
{
    /// <summary>The option, else <c>PARSIMONY_STORE</c>, else <c>parsimony/parsimony.db</c> in the user's data folder. The folder is made.</summary>
    /// <exception cref="UserException">The folder cannot be made.</exception>
    public static string Resolve(string? option)
    {
        var path = Path.GetFullPath(option ?? Environment.GetEnvironmentVariable("PARSIMONY_STORE") ?? Path.Combine(DataFolder, "parsimony.db"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"The store {path} cannot be written: {exception.Message} Name another with --store or PARSIMONY_STORE.");
        }
    }

    /// <summary>The user's data folder for this program.</summary>
    public static string DataFolder =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
                ? folder
                : Path.GetTempPath(),
            "parsimony");
}
