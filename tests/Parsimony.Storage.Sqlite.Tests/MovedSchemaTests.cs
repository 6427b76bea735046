using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>Whatever the schema holds, somebody decided whether an export holds it.</summary>
public sealed class MovedSchemaTests
{
    [Fact]
    public async Task Every_table_is_exported_or_named_as_left()
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();

        var tables = await ListAsync(store, "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");

        Assert.Equal([], tables.Except(MovedNouns.All.Select(noun => noun.Table)).Except(MovedNouns.Left.Keys));
        Assert.Equal([], MovedNouns.All.Select(noun => noun.Table).Except(tables));
    }

    [Fact]
    public async Task Every_column_of_an_exported_table_is_exported_or_named_as_left()
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();

        foreach (var noun in MovedNouns.All)
        {
            var columns = await ListAsync(store, $"SELECT group_concat(name) FROM pragma_table_info('{noun.Table}')");
            Assert.Equal([], columns.Except(noun.Columns.Select(column => column.Name)).Except(noun.Left));
        }
    }

    private static async Task<string[]> ListAsync(SqliteEngineStore store, string sql) =>
        (await store.Database.ReadAsync(connection => connection.Scalar(sql), TestContext.Current.CancellationToken)).Split(',');
}
