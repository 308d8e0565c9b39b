using System.Globalization;
using System.Text;

namespace Gibbon.Observability;

/// <summary>The local time in the forms that logs have it, written once a second at most.</summary>
internal sealed class LogClock(TimeProvider time)
{
    private Written _written = new(-1, [], [], []);

    /// <summary><c>20/Nov/2025:10:11:12 +0000</c>: <c>$time_local</c>.</summary>
    public ReadOnlySpan<byte> AccessTime => Now().Access;

    /// <summary><c>2025-11-20T10:11:12+00:00</c>: <c>$time_iso8601</c>.</summary>
    public ReadOnlySpan<byte> Iso8601 => Now().Iso;

    /// <summary><c>2025/11/20 10:11:12</c>: how a line of the error log begins.</summary>
    public ReadOnlySpan<byte> ErrorTime => Now().Error;

    /// <summary>Milliseconds since 1970.</summary>
    public long Milliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Written Now()
    {
        long second = time.GetUtcNow().ToUnixTimeSeconds();
        Written written = Volatile.Read(ref _written);
        return written.Second == second ? written : Write(second);
    }

    private Written Write(long second)
    {
        DateTimeOffset now = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(second), time.LocalTimeZone);
        string zone = now.ToString("zzz", CultureInfo.InvariantCulture);
        Written written = new(
            second,
            Bytes(now.ToString("dd/MMM/yyyy:HH:mm:ss ", CultureInfo.InvariantCulture) + zone.Replace(":", "", StringComparison.Ordinal)),
            Bytes(now.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + zone),
            Bytes(now.ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture)));
        Volatile.Write(ref _written, written);
        return written;
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private sealed record Written(long Second, byte[] Access, byte[] Iso, byte[] Error);
}
