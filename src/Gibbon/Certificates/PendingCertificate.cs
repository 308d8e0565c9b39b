namespace Gibbon.Certificates;

/// <summary>A pair that is loaded when it is first asked for.</summary>
internal sealed class PendingCertificate
{
    private readonly Lazy<(LoadedCertificate? Certificate, string? Problem)> _loaded;

    public PendingCertificate(PemPair pem)
    {
        Pem = pem;
        _loaded = new(() => (LoadedCertificate.Load(pem, out string? problem), problem));
    }

    public PemPair Pem { get; }

    /// <summary>The certificate; null when there is a problem.</summary>
    public LoadedCertificate? Certificate => _loaded.Value.Certificate;

    /// <summary>Why it cannot be loaded; without the key.</summary>
    public string? Problem => _loaded.Value.Problem;
}
