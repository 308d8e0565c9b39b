namespace Gibbon.Pdk.Schemas;

/// <summary>One of Kong's ready-made kinds of value, named once in <see cref="Typedefs"/>.</summary>
public abstract class TypedefAttribute(Func<Field, Field> typedef) : ValueAttribute
{
    /// <inheritdoc/>
    protected sealed override Field Apply(Field field) => typedef(field);
}

/// <summary>An IP address or a hostname, without a port.</summary>
public sealed class HostAttribute() : TypedefAttribute(Typedefs.Host);

/// <summary>An IP address or a hostname, with a port or without.</summary>
public sealed class HostWithPortAttribute() : TypedefAttribute(Typedefs.HostWithOptionalPort);

/// <summary>A hostname that may have one <c>*</c> as its first or last character.</summary>
public sealed class WildcardHostAttribute() : TypedefAttribute(Typedefs.WildcardHost);

/// <summary>A host of a route: one <c>*</c> may stand for the leftmost or the rightmost label; a port may follow.</summary>
public sealed class RouterHostAttribute() : TypedefAttribute(Typedefs.RouterHost);

/// <summary>A TLS server name: a hostname, no IP address, no port.</summary>
public sealed class SniAttribute() : TypedefAttribute(Typedefs.Sni);

/// <summary>An IP address.</summary>
public sealed class IpAttribute() : TypedefAttribute(Typedefs.Ip);

/// <summary>An IP address or a range in CIDR notation.</summary>
public sealed class IpOrCidrAttribute() : TypedefAttribute(Typedefs.IpOrCidr);

/// <summary>A range of IPv4 addresses in CIDR notation.</summary>
public sealed class CidrAttribute() : TypedefAttribute(Typedefs.CidrV4);

/// <summary>A port: 0 to 65535.</summary>
public sealed class PortAttribute() : TypedefAttribute(Typedefs.Port);

/// <summary>A time in milliseconds: 0 to 2147483646.</summary>
public sealed class TimeoutAttribute() : TypedefAttribute(Typedefs.Timeout);

/// <summary>A time to live in seconds: 0 to 100000000.</summary>
public sealed class TtlAttribute() : TypedefAttribute(Typedefs.Ttl);

/// <summary>A path of a URL (RFC 3986) without empty segments.</summary>
public sealed class PathAttribute() : TypedefAttribute(Typedefs.Path);

/// <summary>A path of a route: a normalised prefix, or a regular expression after <c>~</c>.</summary>
public sealed class RouterPathAttribute() : TypedefAttribute(Typedefs.RouterPath);

/// <summary>A URL with a scheme and a host.</summary>
public sealed class UrlAttribute() : TypedefAttribute(Typedefs.Url);

/// <summary>A method of HTTP, in capitals.</summary>
public sealed class HttpMethodAttribute() : TypedefAttribute(Typedefs.HttpMethod);

/// <summary>The name of a header.</summary>
public sealed class HeaderNameAttribute() : TypedefAttribute(Typedefs.HeaderName);

/// <summary>The name of a cookie: a token (RFC 2616).</summary>
public sealed class CookieNameAttribute() : TypedefAttribute(Typedefs.CookieName);

/// <summary>A name of letters, digits and <c>. - _ ~</c>.</summary>
public sealed class AsciiNameAttribute() : TypedefAttribute(Typedefs.Name);

/// <summary>A name of letters, digits, <c>. - _ ~</c> and any characters beyond ASCII.</summary>
public sealed class Utf8NameAttribute() : TypedefAttribute(Typedefs.Utf8Name);

/// <summary>A tag: printable ASCII but <c>,</c> and <c>/</c>, or characters beyond ASCII.</summary>
public sealed class TagAttribute() : TypedefAttribute(Typedefs.Tag);

/// <summary>An X.509 certificate, or a chain of them, in PEM.</summary>
public sealed class CertificateAttribute() : TypedefAttribute(Typedefs.Certificate);

/// <summary>A private key in PEM.</summary>
public sealed class KeyAttribute() : TypedefAttribute(Typedefs.Key);

/// <summary>A version <c>X.Y.Z</c>, perhaps with a suffix.</summary>
public sealed class SemanticVersionAttribute() : TypedefAttribute(Typedefs.SemanticVersion);
