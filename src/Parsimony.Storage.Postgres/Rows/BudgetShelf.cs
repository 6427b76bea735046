using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>The budgets as this process last read them. Thread safe.</summary>
internal sealed class BudgetShelf
{
    private BudgetBook _book = BudgetBook.Unread;

    /// <summary>The budgets, which from here stay as they are until the transaction ends. Asked for before any row is locked.</summary>
    internal async Task<BudgetBook> HoldAsync(Session session)
    {
        var version = await session.Use("ReadBudgetVersion").FirstAsync(static row => row.Int64(), session.Cancellation).ConfigureAwait(false);
        return await OfAsync(session, version).ConfigureAwait(false);
    }

    /// <summary>The budgets of the version that a statement of this transaction gave.</summary>
    internal async ValueTask<BudgetBook> OfAsync(Session session, long version)
    {
        var known = Volatile.Read(ref _book);
        if (known.Version == version)
        {
            return known;
        }

        var book = new BudgetBook(version, await ListAsync(session).ConfigureAwait(false));
        Volatile.Write(ref _book, book);
        return book;
    }

    internal static async Task<List<Budget>> ListAsync(Session session) =>
        await session.Use("ListBudgets").ListAsync(BudgetColumns.Read, session.Cancellation).ConfigureAwait(false);
}
