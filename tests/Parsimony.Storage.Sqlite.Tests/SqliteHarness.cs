using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>A database in a folder of its own, removed with it; or one in memory.</summary>
internal sealed class SqliteHarness(bool isInMemory = false, PayloadProtection? protection = null) : IStoreHarness
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-store-");

    internal string Path => System.IO.Path.Combine(_folder.FullName, "parsimony.db");

    internal ManualClock Clock { get; } = new();

    public async Task<IEngineStore> OpenAsync() => await OpenSqliteAsync();

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    internal Task<SqliteEngineStore> OpenSqliteAsync(SqliteStoreOptions? options = null)
    {
        options ??= new SqliteStoreOptions { Protection = protection };
        return isInMemory ? Task.FromResult(SqliteEngineStore.OpenInMemory(options, Clock)) : SqliteEngineStore.OpenAsync(Path, options, Clock);
    }
}
