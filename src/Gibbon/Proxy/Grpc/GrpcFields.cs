using System.Net.Http.Headers;
using System.Text;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Grpc;

/// <summary>Fields from the HTTP client's strings back to bytes, with the small letters they had on the wire.</summary>
internal static class GrpcFields
{
    public static void Copy(HttpHeaders from, HeaderTable to)
    {
        Span<byte> name = stackalloc byte[256];
        Span<byte> small = stackalloc byte[1024];
        foreach ((string key, HeaderStringValues values) in from.NonValidated)
        {
            if (key.Length > name.Length) continue;

            Ascii.ToLower(key, name, out int nameLength);
            foreach (string value in values)
            {
                Span<byte> bytes = value.Length <= small.Length ? small : new byte[value.Length];
                to.Add(name[..nameLength], bytes[..Encoding.Latin1.GetBytes(value, bytes)]);
            }
        }
    }
}
