using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Certificates;

/// <summary>
/// A certificate that is ready to be shown in handshakes. It holds native memory and the TLS library's session state, so the same text is
/// loaded once and shared by all snapshots; nobody disposes it, because a handshake of an older snapshot may still use it.
/// </summary>
internal sealed class LoadedCertificate
{
    // A plugin names the same authorities for each handshake.
    private readonly ConditionalWeakTable<X509Certificate2Collection, SslStreamCertificateContext> _withAuthorities = [];

    private SslStreamCertificateContext? _context;

    private LoadedCertificate(PemPair pem, X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Pem = pem;
        Leaf = leaf;
        Chain = chain;
        Kind = KindOf(leaf);
    }

    public PemPair Pem { get; }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The intermediates that are sent along, in the order given.</summary>
    public X509Certificate2Collection Chain { get; }

    public KeyKind Kind { get; }

    /// <summary>The certificate for handshakes. To make it takes milliseconds, since the system's authorities are looked at: of thousands only those do that somebody asks for.</summary>
    public SslStreamCertificateContext Context => _context ?? LazyInitializer.EnsureInitialized(ref _context, () => SslStreamCertificateContext.Create(Leaf, Chain, offline: true));

    /// <summary>The certificate for a handshake in which the client is told whose certificates are welcome.</summary>
    /// <param name="authorities">Their certificates; none gives <see cref="Context"/>.</param>
    public SslStreamCertificateContext ContextFor(X509Certificate2Collection? authorities) => authorities is not { Count: > 0 }
        ? Context
        : _withAuthorities.GetValue(authorities, given => SslStreamCertificateContext.Create(
            Leaf, Chain, offline: true, SslCertificateTrust.CreateForX509Collection(given, sendTrustInHandshake: true)));

    /// <summary>Loads a pair; null and a problem (without the key) when it is no certificate and its key.</summary>
    public static LoadedCertificate? Load(PemPair pem, out string? problem)
    {
        try
        {
            X509Certificate2 leaf = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
            var all = new X509Certificate2Collection();
            all.ImportFromPem(pem.Certificate);
            all[0].Dispose();
            all.RemoveAt(0);
            problem = null;
            return new LoadedCertificate(pem, leaf, all);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>A certificate with its private key that somebody else has loaded already.</summary>
    public static LoadedCertificate Of(X509Certificate2 leaf, X509Certificate2Collection chain) => new(default, leaf, chain);

    private static KeyKind KindOf(X509Certificate2 leaf)
    {
        using RSA? rsa = leaf.GetRSAPublicKey();
        if (rsa is not null) return KeyKind.Rsa;

        using ECDsa? ecdsa = leaf.GetECDsaPublicKey();
        return ecdsa?.KeySize switch
        {
            256 => KeyKind.EcdsaP256,
            384 => KeyKind.EcdsaP384,
            521 => KeyKind.EcdsaP521,
            _ => KeyKind.Other,
        };
    }
}
