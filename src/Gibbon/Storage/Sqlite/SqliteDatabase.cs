using System.Collections.Concurrent;
using System.Data.Common;
using Gibbon.Settings;
using Gibbon.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Gibbon.Storage.Sqlite;

/// <summary>
/// A database in one file: one connection writes, others read meanwhile (write-ahead log). What was committed is on the disk before anybody hears
/// of it (<c>synchronous = FULL</c>), so no crash, of the process or of the machine, loses or halves it.
/// </summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    private readonly string _connectionString;
    private readonly ConcurrentBag<DbConnection> _readers = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SqliteConnection _writer;
    private volatile bool _closed;
    private long _version;

    private SqliteDatabase(string path)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 5 }.ToString();
        _writer = Connect(_connectionString);
        Execute(_writer, "PRAGMA journal_mode = WAL");
    }

    public override SqlDialect Dialect { get; } = new SqliteDialect();

    /// <summary>Opens the file, which is made when it is not there, with all tables that the entities need.</summary>
    /// <exception cref="InvalidOperationException">It cannot be opened, or SQLite is not installed; the message says what to do.</exception>
    public static SqliteDatabase Open(string path, SqlTables tables, TimeProvider clock)
    {
        SqliteLibrary.Ensure();
        SqliteDatabase? database = null;
        try
        {
            MakePrivate(path);
            database = new SqliteDatabase(path);
            SqliteTables.Bring(database._writer, tables, database.Dialect, clock);
            database._version = database.ReadVersion();
            return database;
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            database?._writer.Dispose();
            throw new InvalidOperationException($"could not open the database {path}: {failure.Message}", failure);
        }
    }

    public override ValueTask<SqlLease> ReadAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(new SqlLease(_readers.TryTake(out DbConnection? reader) ? reader : Connect(_connectionString), GiveBack));
    }

    public override async ValueTask<SqlLease> WriteAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        return new SqlLease(_writer, _ =>
        {
            _writing.Release();
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Whether somebody else, another process, has written to the file since this was last asked.</summary>
    public async ValueTask<bool> WasWrittenByOthersAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Of what is written by this connection itself the number says nothing, and nobody else here writes.
            long version = ReadVersion();
            return Interlocked.Exchange(ref _version, version) != version;
        }
        finally
        {
            _writing.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _closed = true;
        await _writing.WaitAsync().ConfigureAwait(false);
        while (_readers.TryTake(out DbConnection? reader))
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }

        await _writer.DisposeAsync().ConfigureAwait(false);
        _writing.Release();
    }

    private long ReadVersion()
    {
        using SqliteCommand command = _writer.CreateCommand();
        command.CommandText = "PRAGMA data_version";
        return (long)command.ExecuteScalar()!;
    }

    private ValueTask GiveBack(DbConnection reader)
    {
        if (_closed)
        {
            return reader.DisposeAsync();
        }

        _readers.Add(reader);
        return ValueTask.CompletedTask;
    }

    // There are secrets in it. SQLite gives the two files beside it the mode that this one has.
    private static void MakePrivate(string path)
    {
        using FileStream file = new(
            path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = PrivateFile.OwnerOnly });
        File.SetUnixFileMode(path, PrivateFile.OwnerOnly);
    }

    private static SqliteConnection Connect(string connectionString)
    {
        SqliteConnection connection = new(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000");
        KeptStatements.Of(connection);
        return connection;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are above.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
