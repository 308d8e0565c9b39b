namespace Gibbon.Clustering;

/// <summary>Wakes one who waits; however often it is raised meanwhile, once.</summary>
internal sealed class Signal(bool isRaised = false)
{
    private readonly SemaphoreSlim _raised = new(isRaised ? 1 : 0, 1);

    public void Raise()
    {
        try
        {
            if (_raised.CurrentCount == 0)
            {
                _raised.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody else was faster; once is enough.
        }
    }

    /// <summary>Waits until it is raised, or for so long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _raised.WaitAsync(longest, cancellation);

    public Task WaitAsync(CancellationToken cancellation) => _raised.WaitAsync(cancellation);
}
