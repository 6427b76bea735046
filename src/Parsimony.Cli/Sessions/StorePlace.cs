using Parsimony.Engine;
using Parsimony.Storage.Postgres;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Cli;

/// <summary>Where a store is: a SQLite file, or a PostgreSQL database.</summary>
internal static class StorePlace
{
    /// <summary>The user's data folder for this program.</summary>
    public static string DataFolder =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
                ? folder
                : Path.GetTempPath(),
            "parsimony");

    /// <summary>Opens what the option names, else <c>PARSIMONY_STORE</c>, else <c>parsimony/parsimony.db</c> in the user's data folder, which is made.</summary>
    /// <param name="option">What <c>--store</c> says.</param>
    /// <param name="protection">The keys its payloads are protected by; null for none.</param>
    /// <param name="clock">The session's clock.</param>
    /// <param name="speed">How fast that clock runs: a sandbox's speed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UserException">It cannot be opened.</exception>
    public static async Task<IEngineStore> OpenAsync(
        string? option, PayloadProtection? protection, TimeProvider clock, double speed, CancellationToken cancellationToken)
    {
        var place = option ?? Environment.GetEnvironmentVariable("PARSIMONY_STORE");
        try
        {
            return DatabaseAddress.TryRead(place, out var connection)
                ? await PostgresEngineStore.OpenAsync(connection, Options(protection, speed), clock, cancellationToken).ConfigureAwait(false)
                : await SqliteEngineStore.OpenAsync(FilePath(place), new SqliteStoreOptions { Protection = protection, Migrate = Migrates }, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SqliteStoreException or PostgresStoreException)
        {
            throw new UserException(exception.Message);
        }
    }

    // Who may not change the schema, or wants to choose when it changes, sets it to false.
    private static bool Migrates =>
        Environment.GetEnvironmentVariable("PARSIMONY_MIGRATE") is not { Length: > 0 } said
        || (bool.TryParse(said, out var migrates) ? migrates : throw new UserException($"PARSIMONY_MIGRATE is '{said}'; set it to true or false, or leave it out."));

    // Somebody at a terminal does not wait half a minute to hear that a name is wrong.
    private static PostgresStoreOptions Options(PayloadProtection? protection, double speed) => new()
    {
        Protection = protection,
        CallersSpeed = speed,
        Migrate = Migrates,
        OpenTimeout = TimeSpan.FromSeconds(5),
    };

    private static string FilePath(string? place)
    {
        var path = Path.GetFullPath(place ?? Path.Combine(DataFolder, "parsimony.db"));
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
}
