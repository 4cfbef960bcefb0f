//! One memory ceiling for a whole call.

use wasmtime::ResourceLimiter;

/// Counts every linear memory and table of a store together; a limit per memory would be multiplied by a
/// component that declares several. A growth the operating system refuses afterwards is given back.
pub(crate) struct MemoryCeiling {
    limit: usize,
    used: usize,
    pending: usize,
    /// A growth was refused, so a trap that follows is about memory.
    pub refused: bool,
}

/// Bytes of a table's element in wasmtime.
const TABLE_ELEMENT: usize = size_of::<usize>();

impl MemoryCeiling {
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            used: 0,
            pending: 0,
            refused: false,
        }
    }

    fn grow(&mut self, growth: usize) -> bool {
        let wanted = self.used.saturating_add(growth);
        if wanted > self.limit {
            self.refused = true;
            return false;
        }
        self.used = wanted;
        self.pending = growth;
        true
    }

    fn give_back(&mut self) {
        self.used = self.used.saturating_sub(self.pending);
        self.pending = 0;
        self.refused = true;
    }
}

impl ResourceLimiter for MemoryCeiling {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.give_back();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT)))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.give_back();
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn several_memories_share_one_ceiling() {
        let mut ceiling = MemoryCeiling::new(100);
        assert!(ceiling.memory_growing(0, 60, None).unwrap());
        assert!(!ceiling.memory_growing(0, 60, None).unwrap());
        assert!(ceiling.refused);
        assert!(ceiling.memory_growing(0, 40, None).unwrap());
    }

    #[test]
    fn a_growth_the_system_refused_is_given_back() {
        let mut ceiling = MemoryCeiling::new(100);
        assert!(ceiling.memory_growing(0, 80, None).unwrap());
        ceiling.memory_grow_failed(wasmtime::Error::msg("no memory")).unwrap();
        assert!(ceiling.memory_growing(0, 80, None).unwrap());
    }

    #[test]
    fn tables_count_in_bytes() {
        let mut ceiling = MemoryCeiling::new(100 * TABLE_ELEMENT);
        assert!(ceiling.table_growing(0, 100, None).unwrap());
        assert!(!ceiling.table_growing(100, 101, None).unwrap());
    }
}
