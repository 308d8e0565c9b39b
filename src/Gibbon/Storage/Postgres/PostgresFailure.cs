using System.Net.Sockets;
using Npgsql;

namespace Gibbon.Storage.Postgres;

/// <summary>Says in Kong's words what a server, or the way to it, refused.</summary>
internal static class PostgresFailure
{
    const string IntegrityViolation = "23";

    public static string Text(Exception exception) => exception switch
    {
        PostgresException refusal => Text(refusal),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.TimedOut } or TimeoutException => "timeout",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "host not found",
        AggregateException { InnerExceptions: [var first, ..] } => Text(first),
        { InnerException: { } cause } => Text(cause),
        _ => exception.Message,
    };

    static string Text(PostgresException refusal)
    {
        var place = refusal.Position > 0 ? $" ({refusal.Position})" : "";

        // What a row that breaks a rule has in it may be a secret.
        var isAboutRow = refusal.SqlState.StartsWith(IntegrityViolation, StringComparison.Ordinal);
        var detail = !isAboutRow && refusal.Detail is { Length: > 0 } text ? $"\n{text}" : "";
        return $"{refusal.InvariantSeverity}: {refusal.MessageText}{place}{detail}";
    }
}

/// <summary>The database cannot be used; the message is one for the user.</summary>
internal sealed class DatabaseException(string message, Exception? cause = null) : InvalidOperationException(message, cause)
{
    public static DatabaseException Of(string message, Exception? cause = null) => new($"[PostgreSQL error] {message}", cause);
}
