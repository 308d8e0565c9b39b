using System.Globalization;
using System.Text;

namespace Gibbon.Proxy;

/// <summary>The date in HTTP's form (RFC 9110, 5.6.7), written once a second at most.</summary>
internal sealed class HttpDate
{
    private Written _written = new(0, []);

    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            long second = Environment.TickCount64 / 1000;
            Written written = Volatile.Read(ref _written);
            if (written.Second != second)
            {
                written = new Written(second, Encoding.ASCII.GetBytes(DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture)));
                Volatile.Write(ref _written, written);
            }

            return written.Text;
        }
    }

    private sealed record Written(long Second, byte[] Text);
}
