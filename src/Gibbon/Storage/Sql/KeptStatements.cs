using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Gibbon.Storage.Sql;

/// <summary>
/// The statements of connections that live as long as the gateway: each is made and parsed once, whoever uses it. Only for databases in this process; between it and a server
/// there may be somebody who gives the next transaction to another connection. For one thread at a time, as a connection is.
/// </summary>
internal sealed class KeptStatements
{
    // Statements are made of schemas and so are few; whatever makes them up without end has no use for this.
    private const int Most = 256;

    private static readonly ConditionalWeakTable<DbConnection, KeptStatements> Connections = [];

    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>From now on this connection keeps its statements; they go with it.</summary>
    public static void Of(DbConnection connection) => Connections.Add(connection, new KeptStatements());

    /// <summary>The command of a statement. A kept one has the parameters of the time before.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">What it is in the midst of, if anything.</param>
    /// <param name="text">The statement. Names in it come from schemas; whatever a client says is a parameter.</param>
    /// <returns>The command, and whether it is kept; else whoever asked for it disposes of it.</returns>
    public static (DbCommand Command, bool IsKept) Get(DbConnection connection, DbTransaction? transaction, string text)
    {
        Dictionary<string, DbCommand>? kept = Connections.TryGetValue(connection, out KeptStatements? statements) ? statements._commands : null;
        if (kept is null || !kept.TryGetValue(text, out DbCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // See above.
            command.CommandText = text;
#pragma warning restore CA2100
            kept = kept?.Count < Most ? kept : null;
            kept?.Add(text, command);
        }

        command.Transaction = transaction;
        return (command, kept is not null);
    }
}
