using System.Text;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A cookie that the balancer gives the client, so that it finds its target again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Header">The whole value of <c>Set-Cookie</c>.</param>
internal sealed record BalancerCookie(string Name, string Header)
{
    /// <summary>Puts it into an answer, in the place of one of the same name that the service set.</summary>
    public void AddTo(HeaderTable headers)
    {
        for (int i = headers.Find("set-cookie"u8); i >= 0; i = headers.Find("set-cookie"u8, i + 1))
        {
            ReadOnlySpan<byte> value = headers.Value(i);
            if (value.Length > Name.Length && value[Name.Length] == '=' && Ascii.Equals(value[..Name.Length], Name))
            {
                headers.RemoveAt(i);
                break;
            }
        }

        headers.Add("Set-Cookie", Header);
    }
}
